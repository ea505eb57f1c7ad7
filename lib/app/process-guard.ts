/**
 * Guards a process that runs executions: against errors that nothing catches, handlers that block
 * the event loop, and loops that make no progress.
 */
import { callsInHand } from '../drivers/handlers/calls-in-hand.ts';
import { LoopDelay } from '../drivers/handlers/loop-delay.ts';
import { StrayErrors } from '../drivers/handlers/stray-errors.ts';
import { watchLoop } from '../drivers/system/loop-watch.ts';
import { systemClock } from '../drivers/system/system-clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../ports/logger.ts';
import type { Role } from '../roles/role.ts';
import { Watchdog } from '../roles/watchdog.ts';

/** What {@link guardProcess} guards. */
export interface GuardedProcess {
  readonly logger: Logger;
  /** Returns the loops that must make progress. */
  readonly loops: () => readonly Role[];
  /** How long the event loop may be blocked before that is reported, in milliseconds. */
  readonly leaseMs: number;
}

/** Why a process must end. */
export interface FatalEnd {
  /** `uncaught`: an exception that belongs to no handler. `stuck`: a loop that stands still. */
  readonly kind: 'uncaught' | 'stuck';
  /** What happened, in one sentence. */
  readonly reason: string;
}

/** The guard of a process. */
export interface ProcessGuard {
  /** Resolves when the process must end. Never rejects. */
  readonly fatal: Promise<FatalEnd>;
  /** Ends the guard. */
  release(): void;
}

/**
 * Starts to guard this process. A rejection or an exception that nothing catches fails the task of
 * the handler whose code it is from; Node's default would end the process, and with it everything
 * that runs here.
 */
export function guardProcess({ logger, loops, leaseMs }: GuardedProcess): ProcessGuard {
  const { promise: fatal, resolve: end } = Promise.withResolvers<FatalEnd>();
  const guard = { strays: new StrayErrors({ calls: callsInHand, logger }), end };
  const isFirst = guards.size === 0;
  guards.add(guard);
  const watchdog = new Watchdog({ clock: systemClock, logger, loops });
  watchdog.start((name) => end(stuck(name)));
  const stopWatching = isFirst ? watchProcess(logger, leaseMs) : () => {};
  return {
    fatal,
    release: () => {
      guards.delete(guard);
      watchdog.stop();
      stopWatching();
      if (guards.size > 0) return;
      process.off('unhandledRejection', onRejection);
      process.off('uncaughtException', onException);
    },
  };
}

/** The guards of this process; the first one decides whose an error is. */
const guards = new Set<{
  readonly strays: StrayErrors;
  readonly end: (fatal: FatalEnd) => void;
}>();

function onRejection(reason: unknown): void {
  const [first] = guards;
  first?.strays.rejected(reason);
}

function onException(error: unknown): void {
  const [first] = guards;
  if (first === undefined || first.strays.thrown(error)) return;
  for (const { end } of guards) end(uncaught(error));
}

/** Watches what a process has once: its errors, and its event loop. Returns the end of it. */
function watchProcess(logger: Logger, leaseMs: number): () => void {
  process.on('unhandledRejection', onRejection);
  process.on('uncaughtException', onException);
  const delay = new LoopDelay({ clock: systemClock, logger, calls: callsInHand });
  delay.start();
  const stopWatching = watchLoop({ blockedMsMax: leaseMs });
  return () => {
    delay.stop();
    stopWatching();
  };
}

function uncaught(error: unknown): FatalEnd {
  const reason =
    `an exception that no handler is to blame for ended the process: ${messageOf(error)}; its ` +
    'work is handed back, and the log has the stack';
  return { kind: 'uncaught', reason };
}

function stuck(name: string): FatalEnd {
  const reason =
    `the loop of the ${name} made no progress for longer than its lease: the process ends, so ` +
    'that another takes over its work';
  return { kind: 'stuck', reason };
}
