// Who serves, as the tape's slider says it.

import type { RoomView } from '../../vocabulary/playground.ts';
import { m } from '../paraglide/messages.js';

export const servingWords = ({ serving, epoch, leader }: RoomView['quorum']): string =>
  serving ? m.tape_serving({ epoch, leader: String(leader ?? '') }) : m.tape_electing();
