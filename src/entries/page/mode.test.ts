import { describe, expect, it } from 'vitest';
import {
  asLabLink,
  isBare,
  isEmbed,
  isRoomLink,
  labLink,
  labLinkFrom,
  lessonLinkOf,
  lessonOfRoom,
  NEW_ROOM,
  nextSeedLink,
  readLabLink,
  takeLinkFrom,
  trueLink,
  withLesson,
  worldLink,
} from './mode.ts';

const ROOM = '#room=quiet-lake&seats=3&key=0123456789abcdef';

describe('which mode a link asks for', () => {
  it('is live unless the link says lab', () => {
    expect(readLabLink(ROOM)).toBeNull();
    expect(readLabLink('')).toBeNull();
    expect(readLabLink('#labour=1')).toBeNull();
  });

  it('reads seed and seats, and takes the usual ones for what is not valid', () => {
    expect(readLabLink('#lab&seed=7&seats=3')?.options).toEqual({
      ...{ seed: 7, participants: 3, observers: 0 },
    });
    expect(readLabLink('#lab&seed=-1&seats=99')?.options).toEqual({
      ...{ seed: 1, participants: 5, observers: 0 },
    });
  });

  it('reads how many observers there are, as many as there is room for', () => {
    const observersOf = (link: string): number | undefined => readLabLink(link)?.options.observers;
    expect(observersOf('#lab&seats=3&observers=2')).toBe(2);
    expect(observersOf('#lab&seats=8&observers=2')).toBe(0);
    expect(observersOf('#lab&seats=3&observers=-1')).toBe(0);
    expect(observersOf('#lab&seats=3')).toBe(0);
  });

  it('offers another world, with its observers, on the way back to the same room', () => {
    const here = readLabLink(labLinkFrom(ROOM));
    if (here === null) throw new Error('that is a laboratory');
    const options = { seed: 9, participants: 3, observers: 2 };
    expect(readLabLink(worldLink(options, here))).toEqual({ ...here, options });
    expect(readLabLink(worldLink({ ...options, seed: 0 }, here))?.options.seed).toBe(1);
    expect(worldLink({ ...options, observers: 0 }, here)).not.toContain('observers');
  });

  it('asks for nothing only where nothing stands in it', () => {
    expect(isBare('')).toBe(true);
    expect(isBare('#')).toBe(true);
    expect([NEW_ROOM, ROOM, '#lab', '#seats=5'].some(isBare)).toBe(false);
  });

  it('is the stage alone only for ?embed', () => {
    expect(['?embed', '?a=1&embed', '?embed='].every(isEmbed)).toBe(true);
    expect(['', '?', '?embedded', '?a=embed'].some(isEmbed)).toBe(false);
  });

  it('knows the way back to the room that was left, secret included', () => {
    const there = readLabLink(labLinkFrom(ROOM));
    expect(there?.back).toBe(ROOM);
    expect(readLabLink('#lab')?.back).toBe(NEW_ROOM);
    expect(readLabLink('#lab&back=javascript:alert(1)')?.back).toBe(NEW_ROOM);
  });

  it('keeps a lesson in the link, and none that is no name', () => {
    const link = readLabLink('#lab&lesson=one-by-one');
    expect(link?.lesson).toBe('one-by-one');
    expect(readLabLink('#lab&lesson=../x')?.lesson).toBeNull();
    if (link === null) return;
    expect(readLabLink(lessonLinkOf(link, 'votes'))?.lesson).toBe('votes');
    expect(readLabLink(lessonLinkOf(link, null))?.lesson).toBeNull();
  });

  it('names the page of the room that a world is taken from, also with the next seed', () => {
    const token = '0123456789abcdef0123456789abcdef';
    const link = readLabLink(takeLinkFrom(ROOM, token));
    expect(link).toMatchObject({ take: token, back: ROOM });
    if (link === null) return;
    expect(readLabLink(nextSeedLink(link))).toMatchObject({ take: token, options: { seed: 2 } });
    expect(readLabLink('#lab&take=../../x')?.take).toBeNull();
    expect(readLabLink(labLinkFrom(ROOM))?.take).toBeNull();
  });

  it('offers the next seed in the same laboratory', () => {
    const link = readLabLink(labLink({ seed: 7, participants: 3, observers: 0 }, ROOM));
    expect(link).not.toBeNull();
    if (link === null) return;
    expect(readLabLink(nextSeedLink(link))).toEqual({
      ...link,
      options: { seed: 8, participants: 3, observers: 0 },
    });
  });

  it('names what is not valid, and comes to a link that says no such thing', () => {
    const wrongOf = (link: string) => readLabLink(link)?.wrong;
    const fields = '#lab&seed=abc&seats=99&observers=x&lesson=nope&take=zzz&back=javascript:1';
    expect(
      wrongOf(fields)
        ?.map(({ field, value }) => `${field}=${value}`)
        .join('&'),
    ).toBe('seed=abc&seats=99&observers=x&back=javascript:1&lesson=nope&take=zzz');
    expect(wrongOf('#lab&seats=5&observers=9')).toEqual([{ field: 'observers', value: '9' }]);
    const link = readLabLink(fields);
    if (link === null) throw new Error('that is a laboratory');
    expect(trueLink(link)).toBe('#lab&seed=1&seats=5');
    for (const good of ['#lab', '#lab&lesson=votes&seats=3&observers=0', labLinkFrom(ROOM)]) {
      expect(wrongOf(good)).toEqual([]);
    }
  });

  it('knows what can be meant for a room only; anything else is read as a laboratory', () => {
    expect([NEW_ROOM, ROOM, '#seats=5', '#key=x', '#seat=2'].every(isRoomLink)).toBe(true);
    expect(['#foo', '#run=AAAA', '#seed=7', '#seed=7&seats=3', '#newer'].some(isRoomLink)).toBe(
      false,
    );
    expect(readLabLink(asLabLink('#seed=7'))).toMatchObject({ options: { seed: 7 }, wrong: [] });
  });
});

describe('the lesson of a room', () => {
  it('stands in its link, where a room can have it', () => {
    expect(lessonOfRoom('#room=a&seats=3&key=k&lesson=one-shot-watch')).toBe('one-shot-watch');
    expect(lessonOfRoom('#seats=5&lesson=one-by-one')).toBe('one-by-one');
    expect(isRoomLink('#seats=5&lesson=one-by-one')).toBe(true);
    // Done in the laboratory only, or no lesson at all.
    for (const id of ['votes', 'nothing', ''])
      expect(lessonOfRoom(`#room=a&lesson=${id}`)).toBeNull();
  });

  it('is written in the place of the last, and taken away', () => {
    const room = '#room=a&seats=3&key=k&seat=2';
    const one = withLesson(room, 'lock');
    expect(one).toBe(`${room}&lesson=lock`);
    expect(withLesson(one, 'one-by-one')).toBe(`${room}&lesson=one-by-one`);
    expect(withLesson(one, null)).toBe(room);
  });
});
