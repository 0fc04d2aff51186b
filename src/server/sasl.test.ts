// SASL at the client port: a login from the first token to a node that is its user's.

import { beforeEach, expect, it } from 'vitest';

import { md5 } from '../base/md5.ts';
import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';
import { ask, type TestClient } from './client.fixture.ts';
import { TestEnsemble } from './ensemble.fixture.ts';

let ensemble: TestEnsemble;
let client: TestClient;

const start = (saslPasswords: ReadonlyMap<string, string> | null): void => {
  ensemble = new TestEnsemble(1);
  ensemble.config = { saslPasswords };
  ensemble.start();
  client = ensemble.connect(ensemble.leader());
};

beforeEach(() => {
  start(new Map([['anna', 'secret']]));
});

const token = (text: string) => ({ kind: 'sasl', token: encodeUtf8(text) }) as const;
const textOf = (answer: unknown): string => {
  const given = (answer as { readonly token: Uint8Array | null }).token;
  return given === null ? 'null' : decodeUtf8(given);
};
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** What a client answers to a challenge (RFC 2831, 2.1.2). */
function answerTo(challenge: string, user: string, password: string): string {
  const nonce = /nonce="([^"]*)"/.exec(challenge)?.[1] ?? '';
  const secret = md5(encodeUtf8(`${user}:zk-sasl-md5:${password}`));
  const first = md5(Buffer.concat([secret, encodeUtf8(`:${nonce}:mine`)]));
  const second = hex(md5(encodeUtf8('AUTHENTICATE:zookeeper/zk-sasl-md5')));
  const response = hex(md5(encodeUtf8(`${hex(first)}:${nonce}:00000001:mine:auth:${second}`)));
  return (
    `charset=utf-8,username="${user}",realm="zk-sasl-md5",nonce="${nonce}",nc=00000001,` +
    `cnonce="mine",digest-uri="zookeeper/zk-sasl-md5",response=${response},qop=auth`
  );
}

it('lets in who knows the password, and keeps the node for that user', () => {
  const challenge = textOf(client.call(token('')));
  expect(challenge).toMatch(/^realm="zk-sasl-md5",nonce="[0-9a-f]{32}",.*qop="auth"$/);
  expect(textOf(client.call(token(answerTo(challenge, 'anna', 'secret'))))).toMatch(/^rspauth=/);
  const acl = [{ perms: 31, scheme: 'sasl', id: 'anna' }];
  expect(client.call({ ...ask.create('/hers'), acl })).toEqual({ kind: 'path', path: '/hers' });
  expect(client.call(ask.get('/hers'))).toMatchObject({ kind: 'data' });
  const other = ensemble.connect(ensemble.leader());
  expect(other.call(ask.get('/hers'))).toBe('NoAuth');
});

it.each([
  ['a wrong password', (challenge: string) => answerTo(challenge, 'anna', 'guessed')],
  ['an unknown user', (challenge: string) => answerTo(challenge, 'nobody', 'secret')],
  ['an answer to another challenge', () => answerTo('nonce="00"', 'anna', 'secret')],
  ['no answer at all', () => ',,,'],
])('turns away %s, and ends the connection', (_what, answer) => {
  const challenge = textOf(client.call(token('')));
  expect(client.call(token(answer(challenge)))).toBe('AuthFailed');
  expect(client.closedBecause).toBe('the authentication failed');
});

it('asks each connection something else', () => {
  const other = ensemble.connect(ensemble.leader());
  expect(textOf(client.call(token('')))).not.toBe(textOf(other.call(token(''))));
});

it('goes on without where nobody has a password, and sasl is no scheme there', () => {
  start(null);
  expect(textOf(client.call(token('')))).toBe('null');
  const acl = [{ perms: 31, scheme: 'sasl', id: 'anna' }];
  expect(client.call({ ...ask.create('/hers'), acl })).toBe('InvalidACL');
});
