// A whole tree as text, one line per node, to find where two trees part.

import { decodeReply, decodeResponse, encodeRequest } from '../../jute/client.ts';
import type { Request, Response } from '../../vocabulary/request.ts';
import { comparable, type Names } from './seen.ts';
import type { Wire } from './wire.ts';

const NODES_MAX = 5_000;

export async function listTree(wire: Wire, names: Names): Promise<string[]> {
  const lines: string[] = [];
  const waiting = ['/'];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const node = await ask(wire, { kind: 'exists', path, watch: false });
    const list = await ask(wire, { kind: 'getChildren', path, watch: false });
    const children = list?.kind === 'children' ? [...list.children].sort() : ['(may not be read)'];
    lines.push(`${path} ${comparable(names, node)} ${children.join(' ')}`);
    if (lines.length > NODES_MAX || list?.kind !== 'children') continue;
    for (const name of children) waiting.push(path === '/' ? `/${name}` : `${path}/${name}`);
  }
  return lines;
}

async function ask(wire: Wire, request: Request): Promise<Response | null> {
  const frame = await wire.ask(encodeRequest(1, request));
  if (frame === null) return null;
  const { header, body } = decodeReply(frame);
  return header.err === 0 ? decodeResponse(request.kind, body) : null;
}
