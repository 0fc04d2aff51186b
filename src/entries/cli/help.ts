// What `--help` says, of the whole and of each command.

import { CLIENT_PORT_DEFAULT } from '../../adapters/websocket/client-ports.ts';
import { GATEWAY_PATH } from '../../adapters/websocket/frames.ts';
import { CLI_HELP } from './cli-command.ts';
import { GATEWAY_PORT_DEFAULT, ORIGINS_DEFAULT } from './gateway-command.ts';

const EXIT_CODES = `  exit codes: 0 done, or stopped by SIGINT or SIGTERM; 1 it did not work; 2 wrong arguments or a wrong
              configuration
`;

const SERVER = `  tabkeeper server <zoo.cfg>     one server, from Apache's own configuration file
`;

const ENSEMBLE = `  tabkeeper ensemble [N]         N servers on this machine (3), each a process of its own
      --data-dir <directory>     where they keep their data (else a temporary one, removed at the end)
      --client-port <port>       the first server's client port (2181); the others follow
      --base-port <port>         the first server's quorum port (2888); election ports are 1000 higher
      --set <key=value>          a line for every server's zoo.cfg, e.g. globalOutstandingLimit=100; may be given
                                 several times
      --in-process               all of them in one process
`;

const CLI = `  tabkeeper cli [-server host:port,...] [command ...]
                                 zkCli's grammar against any ZooKeeper server
`;

const GATEWAY = `  tabkeeper gateway              client ports for the browser tabs of a page that another program serves
                                 (npm start has them of its own; npm run dev looks for this one)
      --port <port>              where that program passes ${GATEWAY_PATH} on to (${String(GATEWAY_PORT_DEFAULT)}, on 127.0.0.1)
      --origin <origin>          the page's address (${ORIGINS_DEFAULT[0]}); may be given several times
      --client-port <port>       the port of server 1 (${String(CLIENT_PORT_DEFAULT)}); the others follow, each the next free one
      --client-host <address>    the address that client ports listen on (127.0.0.1)
`;

export const HELP = `tabkeeper: ZooKeeper without a JVM

${SERVER}${ENSEMBLE}${CLI}${GATEWAY}  tabkeeper [command] --help     this text, or that command's
  tabkeeper --version            as srvr tells it

${EXIT_CODES}`;

const helpOf = (what: string, own: string): string => `${what}\n\n${own}\n${EXIT_CODES}`;

export const COMMAND_HELP: ReadonlyMap<string, string> = new Map([
  [
    'server',
    helpOf(
      'tabkeeper server: one ZooKeeper server until SIGINT or SIGTERM',
      `${SERVER}
  Every key that Apache's servers read is obeyed, refused by line and key, or named in a warning.
`,
    ),
  ],
  [
    'ensemble',
    helpOf('tabkeeper ensemble: a ZooKeeper ensemble until SIGINT or SIGTERM', ENSEMBLE),
  ],
  ['gateway', helpOf("tabkeeper gateway: ZooKeeper's clients at browser tabs", GATEWAY)],
  ['cli', CLI_HELP],
]);
