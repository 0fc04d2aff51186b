// The certificate that the playground is served with: browsers of other machines let a tab be a server only over
// https. What is wrong with its files is said before anything listens.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** As PEM. */
export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** The message is the whole sentence. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
}

/** Null where neither is named. Throws a {@link CertificateError}. */
export function readCertificate(
  certFile: string | undefined,
  keyFile: string | undefined,
): Certificate | null {
  if (certFile === undefined && keyFile === undefined) return null;
  if (certFile === undefined) throw new CertificateError('--key wants --cert beside it.');
  if (keyFile === undefined) throw new CertificateError('--cert wants --key beside it.');
  const cert = readFile('--cert', certFile);
  const key = readFile('--key', keyFile);
  const certificate = parsed(() => {
    // A server wants text; the reader of certificates takes their bytes (DER) too.
    if (!cert.includes('-----BEGIN ')) throw new Error('DER');
    return new X509Certificate(cert);
  }, `--cert: ${certFile} holds no certificate (PEM).`);
  const privateKey = parsed(
    () => createPrivateKey(key),
    `--key: ${keyFile} holds no private key (PEM) that can be read without a passphrase.`,
  );
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new CertificateError(`--key: ${keyFile} is not the key of ${certFile}.`);
  }
  return { cert, key };
}

function readFile(option: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`;
    throw new CertificateError(`${option}: ${file} ${why}.`);
  }
}

function parsed<Value>(parse: () => Value, complaint: string): Value {
  try {
    return parse();
  } catch {
    throw new CertificateError(complaint);
  }
}
