// The errors a client can get, with ZooKeeper's own numbers and names (KeeperException.Code).

export const ERROR_CODE = {
  Ok: 0,
  SystemError: -1,
  RuntimeInconsistency: -2,
  DataInconsistency: -3,
  ConnectionLoss: -4,
  MarshallingError: -5,
  Unimplemented: -6,
  OperationTimeout: -7,
  BadArguments: -8,
  UnknownSession: -12,
  NewConfigNoQuorum: -13,
  ReconfigInProgress: -14,
  APIError: -100,
  NoNode: -101,
  NoAuth: -102,
  BadVersion: -103,
  NoChildrenForEphemerals: -108,
  NodeExists: -110,
  NotEmpty: -111,
  SessionExpired: -112,
  InvalidCallback: -113,
  InvalidACL: -114,
  AuthFailed: -115,
  SessionMoved: -118,
  NotReadOnly: -119,
  EphemeralOnLocalSession: -120,
  NoWatcher: -121,
  RequestTimeout: -122,
  ReconfigDisabled: -123,
  SessionClosedRequireSaslAuth: -124,
  QuotaExceeded: -125,
  ThrottledOp: -127,
} as const;

export type ErrorName = keyof typeof ERROR_CODE;
const NAMES = new Map<number, ErrorName>(
  (Object.keys(ERROR_CODE) as ErrorName[]).map((name) => [ERROR_CODE[name], name]),
);

/** The name of a code, or null for a number that ZooKeeper does not know. */
export const errorName = (code: number): ErrorName | null => NAMES.get(code) ?? null;
