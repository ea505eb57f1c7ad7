/**
 * Deletes what has outlived its retention: ended executions with their history, and messages that
 * nobody came for. Retention is on by
 * default, works in small pieces, and never touches the archive, what the archive names, or an open
 * batch.
 */
import type { ExecutionStore } from '../ports/execution-store.ts';
import type { MessageStore } from '../ports/message-store.ts';
import type { Metrics } from '../ports/metrics.ts';
import { Role, type RoleOptions } from './role.ts';

export interface JanitorOptions extends RoleOptions {
  readonly store: Pick<ExecutionStore, 'prune'> & Pick<MessageStore, 'pruneMessages'>;
  readonly metrics: Metrics;
  /** How long an ended execution is kept, in milliseconds. @default 2,592,000,000 (30 days) */
  readonly retentionMs?: number;
  /** Executions deleted in one statement at most. @default 500 */
  readonly limit?: number;
  /** Time between two rounds, in milliseconds. @default 60,000 */
  readonly intervalMs?: number;
}

export const janitorDefaults = Object.freeze({
  retentionMs: 30 * 24 * 60 * 60 * 1_000,
  limit: 500,
  intervalMs: 60_000,
});

export class Janitor extends Role {
  readonly name = 'janitor';
  readonly #options: Required<JanitorOptions>;

  constructor(options: JanitorOptions) {
    super(options);
    this.#options = { ...janitorDefaults, ...options };
  }

  async tick(): Promise<number> {
    const { store, metrics, retentionMs, limit, intervalMs } = this.#options;
    const deleted = await store.prune(retentionMs, limit);
    metrics.count('executionsPruned', deleted);
    const expired = await store.pruneMessages(limit);
    return deleted < limit && expired < limit ? intervalMs : 0;
  }
}
