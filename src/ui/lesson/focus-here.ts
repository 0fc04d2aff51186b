// Whoever reads with the keyboard goes on at the head of what has come; whoever goes along the tabs stays there.

export function focusHere(head: HTMLElement): void {
  if (document.activeElement?.getAttribute('role') === 'tab') return;
  head.closest('article')?.scrollIntoView({ block: 'nearest' });
  head.focus({ preventScroll: true });
}
