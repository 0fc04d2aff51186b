// The configuration as the tree keeps it and as a transaction makes it: the text in /zookeeper/config.

import { decodeUtf8 } from '../base/utf8.ts';
import { CodecError } from '../jute/reader.ts';
import { configurationText } from '../jute/transaction.ts';
import { CONFIG_PATH } from '../tree/path.ts';
import { getNode, type Tree } from '../tree/tree.ts';
import { ConfigurationError, parseConfiguration } from '../vocabulary/configuration.ts';
import type { Configuration } from '../vocabulary/ensemble.ts';

/** Null for a node that is empty, or that somebody else wrote something into. */
export function configurationIn(tree: Tree): Configuration | null {
  const data = getNode(tree, CONFIG_PATH)?.data ?? null;
  if (data === null || data.length === 0) return null;
  try {
    return parseConfiguration(decodeUtf8(data));
  } catch (error) {
    if (error instanceof ConfigurationError) return null;
    throw error;
  }
}

/** Of a transaction's bytes; null for one that makes none. Throws a CodecError. */
export function configurationOf(bytes: Uint8Array): Configuration | null {
  const text = configurationText(bytes);
  if (text === null) return null;
  try {
    return parseConfiguration(text);
  } catch (error) {
    if (error instanceof ConfigurationError) throw new CodecError(error.message);
    throw error;
  }
}
