/**
 * Watches the event loop of this process from a thread, which goes on while the loop is blocked: it
 * can say so, and end a process that is blocked for good. Nothing else can do that, because no
 * timer, signal handler or promise of the process runs then.
 */
import { Worker } from 'node:worker_threads';
import type { LoopWatchData } from './loop-watch-thread.ts';

/** Options of {@link watchLoop}. */
export interface LoopWatchOptions {
  /** How long the loop may be blocked before the thread reports it, in milliseconds. */
  readonly blockedMsMax: number;
  /** How long it may be blocked before the thread ends the process. @default four times that */
  readonly endsAfterMs?: number;
}

/** Time between two signs of life of the loop, in milliseconds. */
const beatMs = 500;

/** The module of the thread: TypeScript in a clone, JavaScript in a published package. */
const threadFile = `./loop-watch-thread${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`;

/** Starts to watch the loop; returns a function that ends it. */
export function watchLoop({
  blockedMsMax,
  endsAfterMs = 4 * blockedMsMax,
}: LoopWatchOptions): () => void {
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const timer = setInterval(() => Atomics.add(beats, 0, 1), beatMs);
  timer.unref();
  const workerData: LoopWatchData = { beats, blockedMsMax, endsAfterMs, pid: process.pid };
  const thread = new Worker(new URL(threadFile, import.meta.url), {
    workerData,
    stdin: false,
    execArgv: [],
  });
  // The process ends although the thread does not.
  thread.unref();
  return () => {
    clearInterval(timer);
    void thread.terminate();
  };
}
