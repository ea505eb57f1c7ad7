import type { QueueStats } from '../../ports/broker.ts';
import type { AlertFacts } from '../../ports/store/alert-store.ts';
import type { QueueWait } from '../../ports/store/backlog-store.ts';
import type { ScheduleRecord } from '../../ports/store/schedule-store.ts';
import type { StoreFacts } from '../../ports/store/store.ts';
import type { WorkerRecord } from '../../ports/store/worker-store.ts';

/** What alerts are evaluated from. A fact that is null is not known now. */
export interface AlertSnapshot {
  readonly waits: readonly QueueWait[];
  readonly facts: AlertFacts;
  readonly workers: readonly WorkerRecord[];
  readonly depths: readonly Pick<QueueStats, 'queue' | 'dead'>[] | null;
  readonly schema: StoreFacts['schema'];
  readonly schedules: readonly Pick<ScheduleRecord, 'name' | 'waiting' | 'missed' | 'pausedAt'>[];
  /** The clock by which schedules are evaluated. */
  readonly now: number;
  /** How far the database's clock is ahead, in milliseconds. */
  readonly skewMs: number;
}
