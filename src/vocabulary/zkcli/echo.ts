// A command as it would be typed: what a button did is shown as this line, and typing it does the same.
// Two exceptions: zkCli has no way to type a word with both kinds of quotes and a blank, and no line at all
// for a multi, which is shown as its operations.

import type { ClientCommand, MultiPart } from './command.ts';

export function lineOf(command: ClientCommand): string {
  if (command.kind === 'multi') return `multi { ${command.parts.map(partLine).join('; ')} }`;
  return typed(command.kind, partsOf(command));
}

const partLine = (part: MultiPart): string =>
  typed(part.kind, partsOf(part.kind === 'check' ? { ...part, kind: 'delete' } : part));

function typed(name: string, { options, words }: Parts): string {
  const ends = words.some((word) => word.startsWith('-') && word !== '-') ? ['--'] : [];
  return [name, ...options.map(quoted), ...ends, ...words.map(quoted)].join(' ');
}

interface Parts {
  readonly options: readonly string[];
  readonly words: readonly string[];
}

const flags = (given: Readonly<Record<string, boolean | undefined>>): string[] =>
  Object.entries(given).flatMap(([letter, on]) => (on === true ? [`-${letter}`] : []));
const versionOption = (version: number): string[] =>
  version === -1 ? [] : ['-v', String(version)];

type Typed = Exclude<ClientCommand, { kind: 'multi' }>;

function partsOf(command: Typed): Parts {
  switch (command.kind) {
    case 'create':
      return partsOfCreate(command);
    case 'get':
      return { options: flags({ s: command.stat, w: command.watch }), words: [command.path] };
    case 'ls': {
      const { recursive, stat, watch, path } = command;
      return { options: flags({ R: recursive, s: stat, w: watch }), words: [path] };
    }
    case 'set':
      return {
        options: [...flags({ s: command.stat }), ...versionOption(command.version)],
        words: [command.path, command.data],
      };
    case 'stat':
      return { options: flags({ w: command.watch }), words: [command.path] };
    case 'delete':
      return { options: versionOption(command.version), words: [command.path] };
    case 'deleteall':
      return {
        options: command.batch === undefined ? [] : ['-b', String(command.batch)],
        words: [command.path],
      };
    case 'sync':
    case 'getAllChildrenNumber':
    case 'listquota':
      return { options: [], words: [command.path] };
    case 'getAcl':
      return { options: flags({ s: command.stat }), words: [command.path] };
    case 'setAcl': {
      const { stat, recursive, version, path, acl } = command;
      const options = [...flags({ s: stat, R: recursive }), ...versionOption(version)];
      return { options, words: [path, acl] };
    }
    default:
      return partsOfOthers(command);
  }
}

function partsOfCreate(command: ClientCommand & { kind: 'create' }): Parts {
  const { ephemeral, sequential, container, ttlMillis, path, data, acl } = command;
  const ttl = ttlMillis === undefined ? [] : ['-t', String(ttlMillis)];
  const words = acl === undefined ? [path] : [path, data ?? '', acl];
  if (acl === undefined && data !== null) words.push(data);
  return { options: [...flags({ e: ephemeral, s: sequential, c: container }), ...ttl], words };
}

type Others = Extract<
  ClientCommand,
  {
    kind:
      | ('addauth' | 'getEphemerals' | 'whoami' | 'version' | 'config' | 'addWatch')
      | ('removewatches' | 'setquota' | 'delquota' | 'reconfig');
  }
>;

function partsOfOthers(command: Others): Parts {
  switch (command.kind) {
    case 'addauth':
      return {
        options: [],
        words: command.auth === null ? [command.scheme] : [command.scheme, command.auth],
      };
    case 'getEphemerals':
      return { options: [], words: command.path === null ? [] : [command.path] };
    case 'whoami':
    case 'version':
      return { options: [], words: [] };
    case 'config': {
      const { client, watch, stat } = command;
      return { options: flags({ c: client, w: watch, s: stat }), words: [] };
    }
    case 'addWatch': {
      const options = command.mode === 'PERSISTENT_RECURSIVE' ? [] : ['-m', command.mode];
      return { options, words: [command.path] };
    }
    case 'removewatches': {
      const { type, path } = command;
      return { options: flags({ c: type === 'children', d: type === 'data' }), words: [path] };
    }
    case 'setquota':
      return { options: [`-${command.limit}`, String(command.value)], words: [command.path] };
    case 'delquota':
      return {
        options: command.limit === null ? [] : [`-${command.limit}`],
        words: [command.path],
      };
    case 'reconfig': {
      const { stat, version, joining, leaving, members } = command;
      const valued = { v: version === '-1' ? '' : version, add: joining, remove: leaving, members };
      const given = Object.entries(valued).filter(([, value]) => value !== '');
      const options = given.flatMap(([name, value]) => [`-${name}`, value]);
      return { options: [...flags({ s: stat }), ...options], words: [] };
    }
  }
}

const BLANK = /[ \t\n\v\f\r]/;

function quoted(word: string): string {
  if (word !== '' && !BLANK.test(word) && !/^["']/.test(word)) return word;
  return word.includes('"') ? `'${word}'` : `"${word}"`;
}
