// A lesson in a live room, played by its card: the page sets the room up, does what its buttons say, and judges it.
// Whatever a test reads of it stands in the page.

import type { BrowserContext, Locator, Page } from '@playwright/test';
import type { Lesson } from '../../src/vocabulary/lesson.ts';
import { expect } from './expect.ts';
import { linkTo, newRoom, openTab, seated, type Room } from './room.ts';

/** Nobody looks at the other tabs: only the page that has a lesson is drawn. */
export const drawnWithLesson = async (context: BrowserContext): Promise<void> => {
  await context.addInitScript(() => {
    if (location.hash.includes('lesson=')) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('body { display: none !important }');
    document.adoptedStyleSheets = [sheet];
  });
};

export class RoomLesson {
  readonly page: Page;
  readonly room: Room;
  readonly lesson: Lesson;
  readonly card: Locator;

  private constructor(page: Page, room: Room, lesson: Lesson) {
    this.page = page;
    this.room = room;
    this.lesson = lesson;
    this.card = page.getByRole('article');
  }

  /** In a tab of its own on seat 1; with `others` there is a tab on every other seat. */
  static async open(
    context: BrowserContext,
    url: string,
    lesson: Lesson,
    { seats, others }: { readonly seats: number; readonly others: boolean },
  ): Promise<RoomLesson> {
    await drawnWithLesson(context);
    const room = newRoom(seats);
    const page = await context.newPage();
    await page.goto(`${linkTo(url, room, 1)}&lesson=${lesson.id}`);
    await seated(page);
    const opened = new RoomLesson(page, room, lesson);
    await expect(opened.card).toContainText(lesson.text.en.title);
    for (let seat = 2; others && seat <= seats; seat += 1) await openTab(context, url, room, seat);
    await page.bringToFront();
    return opened;
  }

  async bet(option: string): Promise<void> {
    const name = this.lesson.text.en.options[option]!;
    await this.card.getByRole('button', { name, exact: true }).click();
  }

  /** From here on it counts. */
  async begin(button = 'Begin'): Promise<void> {
    const begin = this.card.getByRole('button', { name: button });
    await expect(begin).not.toHaveAttribute('aria-disabled', 'true');
    await begin.click();
    await this.#runs();
  }

  again(): Promise<void> {
    return this.begin('Another try');
  }

  async move(id: string): Promise<void> {
    await this.card.locator(`[data-move="${id}"]`).click();
  }

  goal(at: number): Locator {
    return this.card.locator('ol > li').nth(at);
  }

  /** As the card says. */
  async met(...goals: readonly number[]): Promise<void> {
    for (const at of goals) await this.#is(this.goal(at), /\bmet\b/);
  }

  async unmet(...goals: readonly number[]): Promise<void> {
    for (const at of goals) await expect(this.goal(at)).not.toHaveClass(/\bmet\b/);
  }

  async passed(): Promise<void> {
    await this.met(...this.lesson.goals.map((_, at) => at));
    await expect(this.page.getByTestId('moral')).toBeVisible();
  }

  /** Moves can be made as soon as the room is where the lesson begins. */
  async #runs(): Promise<void> {
    const first = this.card.locator('[data-move]').first();
    await expect(first, await this.#said()).toBeEnabled({ timeout: 180_000 });
  }

  async #is(goal: Locator, wanted: RegExp): Promise<void> {
    await expect(goal)
      .toHaveClass(wanted)
      .catch(async (error: unknown) => {
        throw new Error(`${String(error)}\n${await this.#said()}`);
      });
  }

  #said(): Promise<string> {
    return this.card.innerText();
  }
}
