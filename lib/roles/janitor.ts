import type { Metrics } from '../ports/metrics.ts';
import type { ExecutionStore } from '../ports/store/execution-store.ts';
import type { MessageStore } from '../ports/store/message-store.ts';
import { Role, type RoleOptions } from './role.ts';

/** What a {@link Janitor} is constructed from, and how much it deletes. */
export interface JanitorOptions extends RoleOptions {
  readonly store: Pick<ExecutionStore, 'pruneExecutions'> & Pick<MessageStore, 'pruneMessages'>;
  readonly metrics: Metrics;
  /** How long an ended execution is kept, in milliseconds. @default 2,592,000,000 (30 days) */
  readonly retentionMs?: number;
  /** Maximum number of executions deleted in one statement. @default 500 */
  readonly limit?: number;
  /** Time between two ticks with nothing more to delete, in milliseconds. @default 60,000 */
  readonly intervalMs?: number;
}

/** Defaults of {@link JanitorOptions}. */
export const janitorDefaults = Object.freeze({
  retentionMs: 30 * 24 * 60 * 60 * 1_000,
  limit: 500,
  intervalMs: 60_000,
});

/**
 * Deletes ended executions with their history after their retention, and messages that expired
 * before an execution received them. Retention is on by default. The janitor deletes in small
 * steps, and never deletes the archive, what the archive refers to, or executions of an open batch.
 */
export class Janitor extends Role {
  readonly name = 'janitor';
  readonly #options: Required<JanitorOptions>;

  constructor(options: JanitorOptions) {
    super(options);
    this.#options = { ...janitorDefaults, ...options };
  }

  async tick(): Promise<number> {
    const { store, metrics, retentionMs, limit, intervalMs } = this.#options;
    const deleted = await store.pruneExecutions(retentionMs, limit);
    metrics.count('executionsPruned', deleted);
    const expired = await store.pruneMessages(limit);
    return deleted < limit && expired < limit ? intervalMs : 0;
  }
}
