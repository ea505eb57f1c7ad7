/**
 * Runs a program so that nothing of it is left when it ends, however it ends: its processes form a
 * group, which is ended with it, and its temporary files are in one folder, which is removed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { EventEmitter } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** Options of {@link runContained}. */
export interface ContainedRunOptions {
  /** Where the program's stdout and stderr go. @default the caller's own */
  readonly output?: 'inherit' | 'pipe';
  /** Emits the signals that end the program. @default this process */
  readonly signals?: EventEmitter;
  /** Called with the process of the program when it has started. */
  readonly started?: (program: ChildProcess) => void;
}

/** The signals of a terminal and of a supervisor. */
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How long processes may take to end after SIGTERM, in milliseconds. */
const graceMs = 2_000;

const pollIntervalMs = 20;

const watcher = new URL('contained-process.ts', import.meta.url);

/**
 * Runs a Node program to its end, or until a signal; then ends every process that it has left.
 * Returns its exit status; that of a program that a signal ended is 128 and the signal's number.
 */
export async function runContained(
  program: URL,
  args: readonly string[],
  { output = 'inherit', signals = process, started }: ContainedRunOptions = {},
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  // PostgreSQL runs as another user when this is root, in a folder below this one.
  chmodSync(folder, 0o755);
  const words = ['--import', watcher.href, program.pathname, ...args];
  const child = spawn(process.execPath, words, {
    stdio: ['ignore', output, output, 'ipc'],
    env: { ...process.env, TMPDIR: folder },
    detached: true,
  });
  const ended = waitForEnd(child, signals);
  started?.(child);
  try {
    return await ended;
  } finally {
    if (child.pid !== undefined) await endGroup(child.pid);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Resolves with the exit status when the program ends, or at once with that of a signal. */
async function waitForEnd(child: ChildProcess, signals: EventEmitter): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const listeners = endingSignals.map((name) => {
    const listener = () => resolve(128 + constants.signals[name]);
    signals.on(name, listener);
    return () => signals.off(name, listener);
  });
  child.once('error', reject);
  child.once('exit', (status, signal) =>
    resolve(signal === null ? (status ?? 0) : 128 + constants.signals[signal]),
  );
  try {
    return await promise;
  } finally {
    for (const remove of listeners) remove();
  }
}

/** Ends all processes of a group: by SIGTERM, and what remains after the grace by SIGKILL. */
export async function endGroup(leader: number): Promise<void> {
  const deadline = performance.now() + graceMs;
  let left = signalGroup(leader, 'SIGTERM');
  while (left && performance.now() < deadline) {
    await setTimeout(pollIntervalMs);
    left = signalGroup(leader, 0);
  }
  if (left) signalGroup(leader, 'SIGKILL');
}

/** Sends a signal to the processes of a group; returns whether there was one. */
function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, signal);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}
