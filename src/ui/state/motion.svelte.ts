// How much may move: as the system says, or as was chosen here; remembered in this browser.

export type Motion = 'auto' | 'less' | 'full';
export const MOTIONS: readonly Motion[] = ['auto', 'less', 'full'];

const KEY = 'tabkeeper-motion';

function remembered(): Motion {
  try {
    const known = localStorage.getItem(KEY);
    return MOTIONS.find((motion) => motion === known) ?? 'auto';
  } catch {
    return 'auto'; // Storage is off: nothing is remembered, nothing else is lost.
  }
}

class MotionState {
  current = $state<Motion>(remembered());

  readonly isLess = (systemWantsLess: boolean): boolean =>
    this.current === 'auto' ? systemWantsLess : this.current === 'less';

  readonly choose = (motion: Motion): void => {
    this.current = motion;
    try {
      localStorage.setItem(KEY, motion);
    } catch {
      return; // As above.
    }
  };
}

export const motion = new MotionState();
