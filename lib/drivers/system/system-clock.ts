import type { Clock } from '../../ports/clock.ts';

/** Maximum delay of Node's timers, in milliseconds; longer delays use several timers. */
const timerMsMax = 2_147_483_647;

/** The machine's clock. A timer never fires early. */
export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  after(ms: number, callback: () => void): () => void {
    const dueAt = Date.now() + ms;
    let timer = setTimeout(fire, clamp(ms));
    function fire(): void {
      const leftMs = dueAt - Date.now();
      if (leftMs > 0) timer = setTimeout(fire, clamp(leftMs));
      else callback();
    }
    return () => {
      clearTimeout(timer);
    };
  },
});

function clamp(ms: number): number {
  return Math.min(Math.max(Math.ceil(ms), 0), timerMsMax);
}
