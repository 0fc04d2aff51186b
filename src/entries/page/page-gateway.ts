// Whether there is a gateway before this room's tabs: a page that is only files has none.

import type { GatewayView } from '../../vocabulary/playground.ts';

/** In the page's head, written there by whoever serves the page and has a gateway. */
const MARK = 'meta[name="tabkeeper-gateway"]';

export const NO_GATEWAY: GatewayView = { state: 'none', ports: [] };

export const pageHasGateway = (): boolean => document.querySelector(MARK) !== null;
