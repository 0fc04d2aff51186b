import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { get } from 'node:https';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';

import { freePorts } from '../../adapters/tcp/ports.fixture.ts';
import { Gateway } from '../../adapters/websocket/gateway.ts';
import { GATEWAY_PATH, GATEWAY_PROTOCOL, TOKEN_PATH } from '../../adapters/websocket/frames.ts';
import { CertificateError, readCertificate, type Certificate } from './certificate.ts';
import { originsOf } from './gateway-words.ts';
import { SIGNALLING_KEY, startPlaygroundServer, type PlaygroundServer } from './server.ts';

const CERT = join(import.meta.dirname, 'localhost-cert.fixture.pem');
const KEY = join(import.meta.dirname, 'localhost-key.fixture.pem');

let folder = '';
const inFolder = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tabkeeper-certificate-'));
  writeFileSync(inFolder('index.html'), '<!doctype html>');
  writeFileSync(inFolder('text.pem'), 'none of it');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const format = { type: 'pkcs8', format: 'pem' } as const;
  writeFileSync(inFolder('other.pem'), privateKey.export(format));
  const locked = { ...format, cipher: 'aes-256-cbc', passphrase: 'secret' };
  writeFileSync(inFolder('locked.pem'), privateKey.export(locked));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('where no file is named there is none', () => {
  expect(readCertificate(undefined, undefined)).toBeNull();
});

test.each([
  ['one alone', CERT, undefined, '--cert wants --key beside it.'],
  ['the key alone', undefined, KEY, '--key wants --cert beside it.'],
  ['no such file', 'not-there.pem', KEY, '--cert: not-there.pem is not there.'],
  ['a directory', CERT, tmpdir(), `--key: ${tmpdir()} cannot be read (EISDIR).`],
  ['the two exchanged', KEY, CERT, `--cert: ${KEY} holds no certificate (PEM).`],
])('%s is a sentence', (_what, cert, key, sentence) => {
  expect(() => readCertificate(cert, key)).toThrow(new CertificateError(sentence));
});

test('a certificate that is not PEM is refused in a sentence', () => {
  const file = inFolder('cert.der');
  writeFileSync(file, new X509Certificate(readFileSync(CERT)).raw);
  expect(() => readCertificate(file, KEY)).toThrow(
    new CertificateError(`--cert: ${file} holds no certificate (PEM).`),
  );
});

test.each([
  ['text.pem', 'holds no private key (PEM) that can be read without a passphrase.'],
  ['locked.pem', 'holds no private key (PEM) that can be read without a passphrase.'],
  ['other.pem', `is not the key of ${CERT}.`],
])('the key %s is refused in a sentence', (name, sentence) => {
  const file = inFolder(name);
  expect(() => readCertificate(CERT, file)).toThrow(
    new CertificateError(`--key: ${file} ${sentence}`),
  );
});

async function started(
  certificate: Certificate,
): Promise<{ server: PlaygroundServer; gateway: Gateway }> {
  const [firstPort = 0] = await freePorts(1);
  const gateway = new Gateway({ host: '127.0.0.1', firstPort, seats: 1 });
  const where = { folder, host: '127.0.0.1', port: 0 };
  const server = await startPlaygroundServer({ ...where, gateway, certificate });
  await gateway.open(originsOf('127.0.0.1', server.port, 'https'));
  return { server, gateway };
}

test('with one the page comes over https, signalling and the gateway over wss', async () => {
  const certificate = readCertificate(CERT, KEY);
  if (certificate === null) throw new Error('the fixture is no certificate');
  const ca = certificate.cert;
  const { server } = await started(certificate);
  const host = `127.0.0.1:${String(server.port)}`;
  const ask = (path: string, options = {}): Promise<{ status: number; body: string }> =>
    new Promise((resolve, reject) => {
      const asked = get(`https://${host}${path}`, { ca, ...options }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, body });
        });
      });
      asked.on('error', reject);
    });
  expect(await ask('/')).toEqual({ status: 200, body: '<!doctype html>' });

  const query = `key=${SIGNALLING_KEY}&id=tk-eeee-1&token=t`;
  const signalling = new WebSocket(`wss://${host}/peerjs/peerjs?${query}`, { ca });
  const heard = await new Promise((resolve, reject) => {
    signalling.on('error', reject);
    signalling.on('message', (data: Buffer) => {
      resolve(JSON.parse(data.toString()));
    });
  });
  expect(heard).toMatchObject({ type: 'OPEN' });

  const headers = { Origin: `https://${host}` };
  const { status, body } = await ask(TOKEN_PATH, { method: 'POST', headers });
  expect(status).toBe(200);
  const { token } = JSON.parse(body) as { token: string };
  const tab = new WebSocket(`wss://${host}${GATEWAY_PATH}`, [GATEWAY_PROTOCOL, token], {
    ...{ ca, headers },
  });
  await new Promise((resolve, reject) => {
    tab.on('error', reject);
    tab.on('open', resolve);
  });
  const plain = await ask(TOKEN_PATH, { method: 'POST', headers: { Origin: `http://${host}` } });
  expect(plain.status).toBe(403);
  tab.close();
  signalling.close();
  await server.close();
});
