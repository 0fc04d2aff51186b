// The guide in words: where this tab stands, and each step with the way to do it.

import type { RoomView } from '../../vocabulary/playground.ts';
import { m } from '../paraglide/messages.js';
import { quorumWords } from '../words/quorum-words.ts';
import type { GuideStep } from './guide-steps.ts';

export interface GuideWords {
  readonly title: string;
  readonly text: string;
}

export function placeWords(room: RoomView): GuideWords {
  const { seat, seats, servers, quorum, problems } = room;
  if (
    seat === null &&
    problems.some(({ kind }) => kind !== 'noSignalling' && kind !== 'nameHeld')
  ) {
    return { title: m.guide_unseated(), text: m.guide_unseated_text() };
  }
  if (seat === null) return { title: m.guide_connecting(), text: m.guide_connecting_text() };
  if (quorumWords(room).lost) return { title: m.guide_lost(), text: m.guide_lost_text() };
  const own = servers.find((other) => other.own);
  if (own?.role === 'observer') return { title: m.guide_observer(), text: m.guide_observer_text() };
  const { have, need, serving } = quorum;
  if (serving) return { title: m.guide_serving(), text: m.guide_serving_text() };
  if (have >= need) return { title: m.guide_electing(), text: m.guide_electing_text() };
  const missing = need - have;
  const killed = servers.some((other) => other.present && other.killed);
  if (killed) {
    return { title: m.guide_restart(), text: m.guide_restart_text({ missing, need }) };
  }
  if (have <= 1) {
    return {
      title: m.guide_alone({ id: seat }),
      text: m.guide_alone_text({ seats, missing, need }),
    };
  }
  return { title: m.guide_more({ have, seats }), text: m.guide_more_text({ missing }) };
}

export function stepWords(step: GuideStep, { seats, quorum }: RoomView): GuideWords {
  switch (step) {
    case 'quorum':
      return { title: m.step_quorum(), text: m.step_quorum_text({ need: quorum.need, seats }) };
    case 'create':
      return { title: m.step_create(), text: m.step_create_text() };
    case 'ephemeral':
      return { title: m.step_ephemeral(), text: m.step_ephemeral_text() };
    case 'watch':
      return { title: m.step_watch(), text: m.step_watch_text() };
    case 'fired':
      return { title: m.step_fired(), text: m.step_fired_text() };
    case 'kill':
      return { title: m.step_kill(), text: m.step_kill_text() };
    case 'elect':
      return { title: m.step_elect(), text: m.step_elect_text() };
    case 'rejoin':
      return { title: m.step_rejoin(), text: m.step_rejoin_text() };
    case 'cut':
      return { title: m.step_cut(), text: m.step_cut_text() };
    case 'heal':
      return { title: m.step_heal(), text: m.step_heal_text() };
  }
}
