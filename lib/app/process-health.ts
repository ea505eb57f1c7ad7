import type { LoopProgress } from '../roles/role.ts';

/** How a process is, as an orchestrator asks for it. */
export interface ProcessHealth {
  /** False when a loop is stuck: the process should be restarted. */
  readonly live: boolean;
  /** Whether every loop has done a round without a failure, and none is failing now. */
  readonly ready: boolean;
  readonly loops: readonly LoopHealth[];
}

/** How one loop is. */
export interface LoopHealth extends LoopProgress {
  readonly isStuck: boolean;
}

/**
 * Judges a process by the progress of its loops. A process without loops, which only serves, is
 * live and ready whenever it answers.
 * @param isStopping whether the process takes no more work
 */
export function judgeHealth(loops: readonly LoopProgress[], isStopping: boolean): ProcessHealth {
  const judged = loops.map((loop) => ({ ...loop, isStuck: isStuck(loop) }));
  const isReady = (loop: LoopHealth) => loop.hasSucceeded && loop.failures === 0 && !loop.isStuck;
  return {
    live: !judged.some((loop) => loop.isStuck),
    ready: !isStopping && judged.every(isReady),
    loops: judged,
  };
}

function isStuck({ state, quietMs, quietMsMax }: LoopProgress): boolean {
  return state === 'working' && quietMs > quietMsMax;
}
