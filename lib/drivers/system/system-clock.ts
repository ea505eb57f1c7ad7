import type { Clock } from '../../ports/clock.ts';

/** Maximum delay of Node's timers, in milliseconds; longer delays use several timers. */
const timerMsMax = 2_147_483_647;

/** The machine's clock. A timer never fires early, and waits its time whatever the clock shows. */
export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  monotonicMs: () => Math.floor(performance.now()),
  after(ms: number, callback: () => void): () => void {
    const dueAtMs = performance.now() + ms;
    let timer = setTimeout(fire, clamp(ms));
    function fire(): void {
      const leftMs = dueAtMs - performance.now();
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
