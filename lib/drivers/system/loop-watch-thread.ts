/** The thread of {@link watchLoop}: reports a blocked event loop, and ends the process at last. */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

/** What the thread works with. */
export interface LoopWatchData {
  /** One number, which grows while the loop goes on. */
  readonly beats: Int32Array;
  readonly blockedMsMax: number;
  readonly endsAfterMs: number;
  readonly pid: number;
}

const { beats, blockedMsMax, endsAfterMs, pid } = workerData as LoopWatchData;

/** Time between two looks, in milliseconds. */
const lookMs = Math.min(1_000, blockedMsMax / 4);

/** How much of the time between two looks counts: a process that was frozen was not blocked. */
const countedMsMax = 2 * lookMs;

let seen = Atomics.load(beats, 0);
let blockedMs = 0;
let lookedMs = performance.now();
let isReported = false;

setInterval(() => {
  const nowMs = performance.now();
  const elapsedMs = Math.min(nowMs - lookedMs, countedMsMax);
  lookedMs = nowMs;
  const beat = Atomics.load(beats, 0);
  blockedMs = beat === seen ? blockedMs + elapsedMs : 0;
  if (beat !== seen) isReported = false;
  seen = beat;
  if (blockedMs > endsAfterMs) {
    report(
      `blocked for ${seconds(blockedMs)} s: the process is killed, so that another takes over`,
    );
    // No code of the process runs any more, so it cannot exit with a code of its own.
    process.kill(pid, 'SIGKILL');
  } else if (blockedMs > blockedMsMax && !isReported) {
    isReported = true;
    const left = seconds(endsAfterMs - blockedMs);
    report(`blocked for ${seconds(blockedMs)} s: its lease runs out, killed in ${left} s`);
  }
}, lookMs);

/** Written at once: the streams of the process need the loop that is blocked. */
function report(text: string): void {
  writeSync(2, `${new Date().toISOString()} error event loop ${text} pid=${pid}\n`);
}

function seconds(ms: number): number {
  return Math.round(ms / 1_000);
}
