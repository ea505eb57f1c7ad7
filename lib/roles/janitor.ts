import type { Metrics } from '../ports/metrics.ts';
import type { AlertStore } from '../ports/store/alert-store.ts';
import type { BatchStore } from '../ports/store/batch-store.ts';
import type { ExecutionStore } from '../ports/store/execution-store.ts';
import type { FigureStore } from '../ports/store/figures/figure-store.ts';
import type { MachineRecord, MachineStore } from '../ports/store/machine-store.ts';
import type { StateMachineStore } from '../ports/store/machines/state-machine-store.ts';
import type { MessageStore } from '../ports/store/message-store.ts';
import type { OrderStore } from '../ports/store/order-store.ts';
import { Role, type RoleOptions } from './role.ts';

/** What a {@link Janitor} is constructed from, and how much it deletes. */
export interface JanitorOptions extends RoleOptions {
  readonly store: Pick<ExecutionStore, 'pruneExecutions'> &
    Pick<BatchStore, 'pruneBatches'> &
    Pick<MachineStore, 'putMachine' | 'pruneMachineVersions'> &
    Pick<StateMachineStore, 'listDeletingMachines' | 'pruneDeletedMachines'> &
    Pick<MessageStore, 'pruneMessages'> &
    Pick<FigureStore, 'foldFigures'> &
    Pick<OrderStore, 'pruneOrders'> &
    Pick<AlertStore, 'pruneAlerts'>;
  readonly metrics: Metrics;
  /**
   * Returns the machines that this process starts executions of: their versions are recorded again
   * before old ones are deleted, since another program may have replaced them. @default none
   */
  readonly machines?: () => readonly MachineRecord[];
  /**
   * How long an ended execution, and a replaced version of a machine, is kept, in milliseconds.
   * @default 2,592,000,000 (30 days)
   */
  readonly retentionMs?: number;
  /**
   * How long figures and ended batches are kept, in milliseconds; batches no shorter than their
   * executions. @default 7,776,000,000 (90 days)
   */
  readonly measureRetentionMs?: number;
  /**
   * How long orders, other changes and ended alerts are kept, in milliseconds.
   * @default 34,560,000,000 (400 days)
   */
  readonly auditRetentionMs?: number;
  /** Goes on with the deletion of a machine whose executions were open. @default nothing does */
  readonly advanceDeletion?: (machineId: string) => Promise<unknown>;
  /** Maximum number of rows that one statement deletes, of each kind. @default 500 */
  readonly limit?: number;
  /** Time between two ticks with nothing more to delete, in milliseconds. @default 60,000 */
  readonly intervalMs?: number;
}

/** Defaults of {@link JanitorOptions}. */
export const janitorDefaults = Object.freeze({
  retentionMs: 30 * 24 * 60 * 60 * 1_000,
  measureRetentionMs: 90 * 24 * 60 * 60 * 1_000,
  auditRetentionMs: 400 * 24 * 60 * 60 * 1_000,
  machines: (): readonly MachineRecord[] => [],
  advanceDeletion: async (): Promise<void> => {},
  limit: 500,
  intervalMs: 60_000,
});

/** Time between two looks for old versions, which may read all executions of a machine. */
const versionsIntervalMs = 3_600_000;

/**
 * Deletes ended executions with their history after their retention, then their batches and the
 * replaced versions of their machines; messages that expired before an execution received them;
 * folds figures, and deletes old ones; deletes old orders and alerts. Retention is on by default.
 * The janitor deletes in small steps, and never deletes the archive, what the archive refers to, or
 * executions of an open batch.
 */
export class Janitor extends Role {
  readonly name = 'janitor';
  readonly #options: Required<JanitorOptions>;
  #versionsPrunedAt = Number.NEGATIVE_INFINITY;

  constructor(options: JanitorOptions) {
    super(options);
    this.#options = { ...janitorDefaults, ...options };
  }

  async tick(): Promise<number> {
    const { store, metrics, limit, intervalMs } = this.#options;
    const { retentionMs, measureRetentionMs, auditRetentionMs } = this.#options;
    const deleted = await store.pruneExecutions(retentionMs, limit);
    metrics.count('executionsPruned', deleted);
    const batches = await store.pruneBatches(Math.max(retentionMs, measureRetentionMs), limit);
    await this.#advanceDeletions();
    await this.#pruneVersions();
    const expired = await store.pruneMessages(limit);
    const folded = await store.foldFigures(measureRetentionMs, limit);
    const orders = await store.pruneOrders(auditRetentionMs, limit);
    const alerts = await store.pruneAlerts(auditRetentionMs, limit);
    const most = Math.max(deleted, batches, expired, folded, orders, alerts);
    return most < limit ? intervalMs : 0;
  }

  async #pruneVersions(): Promise<void> {
    const { store, clock, machines, retentionMs, limit } = this.#options;
    const now = clock.monotonicMs();
    if (now - this.#versionsPrunedAt < versionsIntervalMs) return;
    this.#versionsPrunedAt = now;
    for (const { id, kind, definition } of machines()) await store.putMachine(id, kind, definition);
    await store.pruneMachineVersions(retentionMs, limit);
    await store.pruneDeletedMachines(limit);
  }

  async #advanceDeletions(): Promise<void> {
    const { store, advanceDeletion, limit } = this.#options;
    for (const id of await store.listDeletingMachines(limit)) await advanceDeletion(id);
  }
}
