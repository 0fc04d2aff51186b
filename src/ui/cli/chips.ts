// Lines for a finger: what one would most likely type about the chosen znode. Pure.

export interface KnownNode {
  readonly path: string;
  readonly kind: 'persistent' | 'ephemeral' | 'container' | 'ttl';
}

const FIRST = '/app';
/** Such a path would be several words of a line. */
const QUOTED = /["'\\\s]/;

/** Whole lines of zkCli, the likeliest first; each may be run as it stands. */
export function chipLines(chosen: string, nodes: readonly KnownNode[]): readonly string[] {
  const node = nodes.find(({ path }) => path === chosen);
  if (chosen === '/' || node === undefined || QUOTED.test(chosen)) {
    const known = nodes.some(({ path }) => path === FIRST);
    const about = known ? [`get -w ${FIRST}`, `set ${FIRST} again`] : [`create ${FIRST} hello`];
    return ['ls /', ...about, 'create -s /n-', 'create -e /me', 'create -e -s /lock-', 'ls -w /'];
  }
  const path = chosen;
  const below =
    node.kind === 'ephemeral' ? [] : [`create ${path}/child`, `create -e -s ${path}/n-`];
  const about = [`get -w ${path}`, `set ${path} again`, `ls -w ${path}`, `stat ${path}`];
  return [...about, ...below, `delete ${path}`];
}
