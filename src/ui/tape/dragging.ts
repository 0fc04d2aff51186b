// A slider's knob that is dragged beyond the slider's end: the browser holds it there, and says no more.

/** After a page that stood still nothing leaps. */
const FRAME_MILLIS_MAX = 100;

/** Listens from a press until it ends. While it is held beyond an end, `act` is told with each frame by how many
 *  pixels, and how many milliseconds passed. */
export function draggedBeyond(
  beyond: (clientX: number) => number,
  act: (pixels: number, millis: number) => void,
): (event: PointerEvent) => void {
  return ({ pointerId, button }) => {
    if (button !== 0) return;
    let pixels = 0;
    let frame: number | null = null;
    let last = 0;
    const onFrame = (): void => {
      frame = null;
      if (pixels === 0) return;
      frame = requestAnimationFrame(onFrame);
      // By the same clock as the press: a frame's own time may lie before it.
      const now = performance.now();
      const passed = Math.min(now - last, FRAME_MILLIS_MAX);
      last = now;
      act(pixels, passed);
    };
    const onMove = (event: PointerEvent): void => {
      if (event.pointerId !== pointerId) return;
      pixels = beyond(event.clientX);
      if (pixels === 0 || frame !== null) return;
      last = performance.now();
      frame = requestAnimationFrame(onFrame);
    };
    const end = (event: PointerEvent): void => {
      if (event.pointerId !== pointerId) return;
      pixels = 0;
      if (frame !== null) cancelAnimationFrame(frame);
      removeEventListener('pointermove', onMove);
      removeEventListener('pointerup', end);
      removeEventListener('pointercancel', end);
    };
    addEventListener('pointermove', onMove);
    addEventListener('pointerup', end);
    addEventListener('pointercancel', end);
  };
}
