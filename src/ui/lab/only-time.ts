// Whether two views of a running laboratory differ in nothing but how far its time has come. That may be shown
// with the next picture; anything else, above all what somebody has just done, is shown at once. Pure.

import type { LabView } from '../../vocabulary/lab.ts';

export function onlyTimePassed(before: LabView, after: LabView): boolean {
  return (
    before.running &&
    after.running &&
    // A lesson's goals are met by what happens.
    before.lesson === null &&
    after.lesson === null &&
    before.branch === after.branch &&
    before.speed === after.speed &&
    before.full === after.full &&
    before.shared === after.shared &&
    after.opening === null &&
    before.options.seed === after.options.seed &&
    before.now.events <= after.now.events &&
    before.lamp.first?.rule === after.lamp.first?.rule &&
    before.broken.length === after.broken.length &&
    before.broken.every((rule) => after.broken.includes(rule)) &&
    before.branches.length === after.branches.length &&
    before.branches.every(({ steps }, at) => after.branches[at]?.steps.length === steps.length)
  );
}
