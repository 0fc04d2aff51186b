// Answers as zkCli prints them: stats, ACLs, errors, dates. Text only; where it goes is the
// caller's.

import { errorName, ERROR_CODE } from '../../vocabulary/error-code.ts';
import { PERMISSION, type Acl, type Stat } from '../../vocabulary/stat.ts';
import { zxidOf, formatZxid } from '../../vocabulary/zxid.ts';

/** A moment in milliseconds since 1970 as Java prints it, e.g. "Thu Jan 01 00:00:00 UTC 1970". */
export type DateWords = (millis: number) => string;

export function statLines(stat: Stat, date: DateWords): string[] {
  return [
    `cZxid = ${formatZxid(stat.czxid)}`,
    `ctime = ${date(stat.ctime)}`,
    `mZxid = ${formatZxid(stat.mzxid)}`,
    `mtime = ${date(stat.mtime)}`,
    `pZxid = ${formatZxid(stat.pzxid)}`,
    `cversion = ${String(stat.cversion)}`,
    `dataVersion = ${String(stat.version)}`,
    `aclVersion = ${String(stat.aversion)}`,
    `ephemeralOwner = ${formatZxid(zxidOf(stat.ephemeralOwner))}`,
    `dataLength = ${String(stat.dataLength)}`,
    `numChildren = ${String(stat.numChildren)}`,
  ];
}

const PERMISSION_LETTERS = [
  ...([['c', PERMISSION.CREATE] as const, ['d', PERMISSION.DELETE] as const] as const),
  ...([['r', PERMISSION.READ] as const, ['w', PERMISSION.WRITE] as const] as const),
  ['a', PERMISSION.ADMIN] as const,
];

const permissionLetters = (perms: number): string =>
  PERMISSION_LETTERS.filter(([, bit]) => (perms & bit) !== 0)
    .map(([letter]) => letter)
    .join('');

/** An identity is a record of jute, printed with its line end. */
export const aclLines = ({ scheme, id, perms }: Acl): string[] => [
  `'${scheme},'${id}`,
  `: ${permissionLetters(perms)}`,
];

/** Codes that the error's own message calls otherwise than their name. */
const MESSAGES: Partial<Record<number, string>> = {
  [ERROR_CODE.NotEmpty]: 'Directory not empty',
  [ERROR_CODE.SessionExpired]: 'Session expired',
  [ERROR_CODE.InvalidCallback]: 'Invalid callback',
  [ERROR_CODE.SessionMoved]: 'Session moved',
  [ERROR_CODE.NotReadOnly]: 'Not a read-only call',
  [ERROR_CODE.EphemeralOnLocalSession]: 'Ephemeral node on local session',
  [ERROR_CODE.NoWatcher]: 'No such watcher',
  [ERROR_CODE.ReconfigDisabled]: 'Reconfig is disabled',
  [ERROR_CODE.SessionClosedRequireSaslAuth]: 'Session closed because client failed to authenticate',
  [ERROR_CODE.QuotaExceeded]: 'Quota has exceeded',
  [ERROR_CODE.ThrottledOp]: 'Op throttled due to high load',
};

/** KeeperException's own message. */
export function keeperMessage(code: number, path: string | null): string {
  const word = MESSAGES[code] ?? errorName(code) ?? `Unknown error ${String(code)}`;
  return `KeeperErrorCode = ${word}${path === null || path === '' ? '' : ` for ${path}`}`;
}

/** What zkCli puts in the place of that message, with the path behind. */
const WORDS: Partial<Record<number, string>> = {
  [ERROR_CODE.NoNode]: 'Node does not exist: ',
  [ERROR_CODE.NoChildrenForEphemerals]: 'Ephemerals cannot have children: ',
  [ERROR_CODE.NodeExists]: 'Node already exists: ',
  [ERROR_CODE.NotEmpty]: 'Node not empty: ',
  [ERROR_CODE.NotReadOnly]: 'Not a read-only call: ',
  [ERROR_CODE.InvalidACL]: 'Acl is not valid : ',
  [ERROR_CODE.NoAuth]: 'Insufficient permission : ',
  [ERROR_CODE.BadArguments]: 'Arguments are not valid : ',
  [ERROR_CODE.BadVersion]: 'version No is not valid : ',
  [ERROR_CODE.QuotaExceeded]: 'Quota has exceeded : ',
};

export function errorLine(code: number, path: string | null): string {
  if (code === ERROR_CODE.ReconfigInProgress) {
    return 'Another reconfiguration is in progress -- concurrent reconfigs not supported (yet)';
  }
  if (code === ERROR_CODE.NewConfigNoQuorum) {
    return (
      'No quorum of new config is connected and up-to-date with the leader of last commmitted ' +
      'config - try invoking reconfiguration after new servers are connected and synced'
    );
  }
  const words = WORDS[code];
  return words === undefined ? keeperMessage(code, path) : `${words}${path ?? 'null'}`;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = [
  ...([
    'Jan',
    'Feb',
    'Mar',
    'Apr',
    'May',
    'Jun',
    'Jul',
    'Aug',
    'Sep',
    'Oct',
    'Nov',
    'Dec',
  ] as const),
] as const;
const DAY_MILLIS = 86_400_000;
const ERA_DAYS = 146_097;
/** Days from 1 March of the year 0 to 1 January 1970. */
const EPOCH_DAYS = 719_468;

const two = (value: number): string => String(value).padStart(2, '0');

/** In the zone of this name, that is so far from Greenwich. The calendar is Gregorian throughout. */
export function javaDate(millis: number, zone = 'UTC', offsetMillis = 0): string {
  const local = millis + offsetMillis;
  const days = Math.floor(local / DAY_MILLIS);
  const seconds = Math.floor((local - days * DAY_MILLIS) / 1000);
  const shifted = days + EPOCH_DAYS;
  const era = Math.floor(shifted / ERA_DAYS);
  const dayOfEra = shifted - era * ERA_DAYS;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = (monthFromMarch + 2) % 12;
  const year = yearOfEra + era * 400 + (month < 2 ? 1 : 0);
  const clock = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((part) =>
    two(Math.floor(part)),
  );
  const weekday = DAYS[(((days + 4) % 7) + 7) % 7] ?? '';
  return `${weekday} ${MONTHS[month] ?? ''} ${two(day)} ${clock.join(':')} ${zone} ${String(year)}`;
}
