// Unfolded, the tape stands elsewhere, and folded in its bar again: where the focus was on it, it goes along.

/** The slider that has the focus, or had it when it was taken away. */
let held: HTMLInputElement | null = null;

/** For `use:`. */
export function keepsFocus(input: HTMLInputElement): { destroy: () => void } {
  // The other one may be taken away only after this one is there.
  const frame = requestAnimationFrame(() => {
    if (held?.isConnected === false && document.activeElement === document.body) input.focus();
  });
  const onFocus = (): void => {
    held = input;
  };
  // Who is taken away may be told so before: only one that stays has lost it.
  const onBlur = (): void => {
    requestAnimationFrame(() => {
      if (held === input && input.isConnected && document.activeElement !== input) held = null;
    });
  };
  input.addEventListener('focus', onFocus);
  input.addEventListener('blur', onBlur);
  return {
    destroy: () => {
      cancelAnimationFrame(frame);
      input.removeEventListener('focus', onFocus);
      input.removeEventListener('blur', onBlur);
    },
  };
}
