// Requests of a client whose root lies below the servers' own one (host:port/app).

import { requestBelow, responseWithout, type Chroot } from '../../client/chroot.ts';
import { isSendable } from '../../client/client.ts';
import type { Request, Response } from '../../vocabulary/request.ts';
import type { ClientSession } from '../client/client-session.ts';
import { badArguments } from './values.ts';

/** Asks as the client names things, and is answered so. */
export async function askBelow(
  session: ClientSession,
  chroot: Chroot,
  request: Request,
): Promise<Response> {
  // What is no path must not become one behind the chroot.
  if (!isSendable(request)) throw badArguments();
  const whole = await session.request(requestBelow(chroot, request));
  return responseWithout(chroot, request, whole);
}
