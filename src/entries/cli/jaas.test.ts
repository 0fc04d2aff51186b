// Who may log in by SASL, from Apache's own file.

import { expect, it } from 'vitest';

import { parseJaas } from './jaas.ts';

const section = (module: string): string => `
// The servers among themselves are another matter.
Server {
    ${module} required
    user_super="secret of super"
    user_anna="an # and a // too";
};`;

it('reads the users of a section Server', () => {
  const text = section('org.apache.zookeeper.server.auth.DigestLoginModule');
  expect([...(parseJaas(text, 'jaas.conf') ?? [])]).toEqual([
    ['super', 'secret of super'],
    ['anna', 'an # and a // too'],
  ]);
});

it('asks nobody where there is no such section', () => {
  expect(parseJaas('', 'jaas.conf')).toBe(null);
  expect(parseJaas('QuorumServer { };', 'jaas.conf')).toBe(null);
});

it('refuses a module that it could not check', () => {
  const text = section('com.sun.security.auth.module.Krb5LoginModule');
  expect(() => parseJaas(text, 'jaas.conf')).toThrow(/jaas.conf: .* not of com.sun/);
});
