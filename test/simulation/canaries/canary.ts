import type { Clock } from '../../../lib/ports/clock.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import type { FaultPlan } from '../fault-plan.ts';

/** Broken replacements for parts of the simulation; parts that are left out work. */
export interface Sabotage {
  readonly store?: (store: Store) => Store;
  /** Only for leader processes. */
  readonly leaderStore?: (store: Store) => Store;
  readonly clock?: (clock: Clock) => Clock;
  /** The clock of a process, after the steps of its time of day. */
  readonly processClock?: (clock: Clock) => Clock;
  /** Faults that reveal the broken part, in place of those drawn. */
  readonly faults?: Partial<FaultPlan>;
  /** Whether two versions of the program run. @default some seeds draw them */
  readonly hasVersions?: boolean;
  /** Whether executions and calls are limited. @default some seeds draw them */
  readonly hasLimits?: boolean;
  /** Whether the leaders are functions. @default some seeds draw them */
  readonly usesLeaderFunctions?: boolean;
  /** How long a batch is left to leaders of another version. @default for ever */
  readonly deployGraceMs?: number;
  /** Whether workers fail the calls of handlers that another version has. @default false */
  readonly failsUnknownHandlers?: boolean;
  /** Whether the leader schedule stays off when work is recorded. @default false */
  readonly forgetsSchedule?: boolean;
}

/** A broken part, and the invariant whose checker must report it. */
export interface Canary {
  readonly title: string;
  readonly breaks: string;
  readonly sabotage: Sabotage;
  /** A short simulation that shows it; it is tried first. @default 2 */
  readonly seed?: number;
  /** Whether it needs a whole simulation; a brief one is enough for most. @default false */
  readonly isLong?: boolean;
}
