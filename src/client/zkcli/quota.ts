// setquota, listquota and delquota: plain znodes under /zookeeper/quota, written as zkCli writes them, so
// that its quotas and ours are the same.

import { decodeUtf8 } from '../../base/utf8.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import { CREATE_FLAG } from '../../vocabulary/request.ts';
import { OPEN_ACL } from '../../vocabulary/stat.ts';
import type { ClientCommand, QuotaLimit } from '../../vocabulary/zkcli/command.ts';
import {
  ask,
  askChildren,
  askExists,
  childrenOrNone,
  bytesOf,
  CliFailure,
  isNoNode,
  needPath,
  walk,
  type Asking,
  type Printer,
} from './asking.ts';

const QUOTAS = '/zookeeper/quota';
const LIMIT_NODE = 'zookeeper_limits';
const STAT_NODE = 'zookeeper_stats';
const NONE = -1n;

/** Names as they are in the znode. */
const FIELDS: Readonly<Record<QuotaLimit, string>> = {
  ...{ n: 'count', b: 'bytes', N: 'countHardLimit', B: 'byteHardLimit' },
};

/** StatsTrack: count and bytes first, then the others in order, for readers that know only those two. */
type Track = ReadonlyMap<string, bigint>;

function readTrack(data: Uint8Array | null): Track {
  const track = new Map<string, bigint>();
  const text = data === null ? '' : decodeUtf8(data);
  for (const pair of text.split(/[,;]+/)) {
    const [name = '', value = ''] = pair.split('=');
    if (name !== '') track.set(name, /^[+-]?\d+$/.test(value) ? BigInt(value) : NONE);
  }
  return track;
}

const fieldOf = (track: Track, limit: QuotaLimit): bigint => track.get(FIELDS[limit]) ?? NONE;

function trackText(track: Track): string {
  const [count, bytes] = [fieldOf(track, 'n'), fieldOf(track, 'b')];
  const others = [...track.keys()].filter((name) => name !== FIELDS.n && name !== FIELDS.b).sort();
  const rest = others.map((name) => `;${name}=${String(track.get(name))}`).join('');
  return `count=${String(count)},bytes=${String(bytes)}${rest === '' ? '' : `=${rest}`}`;
}

function* readNode(path: string): Asking<Track> {
  return readTrack((yield* ask({ kind: 'getData', path, watch: false }, 'data', path)).data);
}

export function* listQuota(path: string, printer: Printer): Asking<void> {
  const limits = `${QUOTAS}${path}/${LIMIT_NODE}`;
  printer.err(`absolute path is ${limits}`);
  needPath(limits);
  try {
    const quota = yield* readNode(limits);
    const stats = yield* readNode(`${QUOTAS}${path}/${STAT_NODE}`);
    printer.out(`Output quota for ${path} ${trackText(quota)}`);
    printer.out(`Output stat for ${path} ${trackText(stats)}`);
  } catch (error) {
    if (!isNoNode(error)) throw error;
    printer.err(`quota for ${path} does not exist.`);
  }
}

type SetQuota = Extract<ClientCommand, { readonly kind: 'setquota' }>;

export function* setQuota({ path, limit, value }: SetQuota, printer: Printer): Asking<void> {
  needPath(path);
  if ((yield* askExists(path, false)) === null) throw refusal(`${path} does not exist.`);
  yield* refuseNested(path);
  const own = `${QUOTAS}${path}`;
  yield* makeParents(own);
  const limits = `${own}/${LIMIT_NODE}`;
  const isNew = (yield* askExists(limits, false)) === null;
  const none = new Map(Object.values(FIELDS).map((name) => [name, NONE]));
  if (isNew) {
    const quota = new Map([...none, [FIELDS[limit], BigInt(value)]]);
    yield* make(limits, trackText(quota));
    yield* make(`${own}/${STAT_NODE}`, 'count=0,bytes=0');
  }
  const quota = new Map([...(yield* readNode(limits)), [FIELDS[limit], BigInt(value)]]);
  warn(quota, yield* readNode(`${own}/${STAT_NODE}`), printer);
  if (isNew) return;
  const data = bytesOf(trackText(quota));
  yield* ask({ kind: 'setData', path: limits, data, version: -1 }, 'stat', limits);
}

const refusal = (text: string): CliFailure => new CliFailure(text, ERROR_CODE.BadArguments);

/** No quota lies below or above another. */
function* refuseNested(path: string): Asking<void> {
  const own = `${QUOTAS}${path}`;
  needPath(own);
  for (const below of yield* treeOrNone(own)) {
    const isLimit = below.endsWith(`/${LIMIT_NODE}`) && below !== `${own}/${LIMIT_NODE}`;
    if (!isLimit) continue;
    const child = below.slice(QUOTAS.length, -LIMIT_NODE.length - 1);
    throw refusal(`${path} has a child ${child} which has a quota`);
  }
  const parts = path.split('/');
  for (let length = 2; length < parts.length; length += 1) {
    const parent = parts.slice(0, length).join('/');
    const names = yield* childrenOrNone(`${QUOTAS}${parent}`);
    if (names.length === 0) return;
    if (names.includes(LIMIT_NODE)) {
      throw refusal(`${path} has a parent ${parent} which has a quota`);
    }
  }
}

function* treeOrNone(root: string): Asking<string[]> {
  const paths: string[] = [];
  try {
    yield* walk(root, false, function* (path) {
      paths.push(path);
    });
  } catch (error) {
    if (!isNoNode(error)) throw error;
  }
  return paths;
}

function* makeParents(path: string): Asking<void> {
  const parts = path.split('/');
  for (let length = 2; length <= parts.length; length += 1) {
    const each = parts.slice(0, length).join('/');
    if ((yield* askExists(each, false)) === null) yield* make(each, null);
  }
}

/** Somebody else may have made it meanwhile. */
function* make(path: string, text: string | null): Asking<void> {
  const data = text === null ? null : bytesOf(text);
  const flags = CREATE_FLAG.persistent;
  try {
    yield* ask({ kind: 'create', path, data, acl: OPEN_ACL, flags }, 'path', path);
  } catch (error) {
    const exists = error instanceof CliFailure && error.code === ERROR_CODE.NodeExists;
    if (text !== null || !exists) throw error;
  }
}

function warn(quota: Track, stats: Track, printer: Printer): void {
  const less = (soft: QuotaLimit, hard: QuotaLimit): boolean =>
    [soft, hard].some((limit) => {
      const bound = fieldOf(quota, limit);
      return bound > NONE && bound < fieldOf(stats, soft);
    });
  for (const [soft, hard, word] of [['n', 'N', 'count'] as const, ['b', 'B', 'bytes'] as const]) {
    if (!less(soft, hard)) continue;
    const existing = String(fieldOf(stats, soft));
    printer.out(
      `[Warning]: the ${word} quota you create is less than the existing ${word}:${existing}`,
    );
  }
}

type DeleteQuota = Extract<ClientCommand, { readonly kind: 'delquota' }>;

export function* deleteQuota({ path, limit }: DeleteQuota, printer: Printer): Asking<void> {
  const own = `${QUOTAS}${path}`;
  const limits = `${own}/${LIMIT_NODE}`;
  needPath(limits);
  if ((yield* askExists(limits, false)) === null) {
    printer.out(`Quota does not exist for ${path}`);
    return;
  }
  const quota = yield* readNode(limits);
  if (limit !== null) {
    const data = bytesOf(trackText(new Map([...quota, [FIELDS[limit], NONE]])));
    yield* ask({ kind: 'setData', path: limits, data, version: -1 }, 'stat', limits);
    return;
  }
  for (const name of yield* askChildren(own)) {
    const child = `${own}/${name}`;
    yield* ask({ kind: 'delete', path: child, version: -1 }, 'nothing', child);
  }
  yield* trim(own);
}

/** Up to the first znode that is still needed. */
function* trim(from: string): Asking<void> {
  for (let path = from; path !== QUOTAS; path = path.slice(0, path.lastIndexOf('/'))) {
    if ((yield* askChildren(path)).length > 0) return;
    yield* ask({ kind: 'delete', path, version: -1 }, 'nothing', path);
  }
}
