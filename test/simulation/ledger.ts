/**
 * An account of every execution, kept from what was observed at the store and from nothing else:
 * the store's own rows are compared with it.
 */
import type { HistoryEvent } from '../../lib/engine/history-event.ts';
import { type ExecutionStatus, isEnd } from '../../lib/engine/status.ts';
import type { Checkpoint, NewExecution } from '../../lib/ports/execution-store.ts';
import type { Observation } from './observed-store.ts';

/** What is known of one execution. */
export interface LedgerEntry {
  readonly execution: NewExecution;
  status: ExecutionStatus;
  attempts: number;
  output: string | null;
  error: string | null;
  history: HistoryEvent[];
  /** Times that a person had it run again. */
  reopened: number;
  abortAsked: boolean;
  /** Whether a person was told that it will never run. */
  cancelled: boolean;
  /** When it may begin, and by when it must have ended (null: any time). */
  startsAt: number;
  deadlineAt: number | null;
  /** When it ended; null while it is open. */
  endedAt: number | null;
}

/** See this file's head. */
export class Ledger {
  readonly entries = new Map<string, LedgerEntry>();
  /** Ids of machines whose executions keep their ends alone. */
  readonly expressMachines = new Set<string>();

  get open(): LedgerEntry[] {
    return [...this.entries.values()].filter(({ status }) => !isEnd(status));
  }

  /** Whether it is of an EXPRESS machine. */
  isExpress(executionId: string): boolean {
    const machineId = this.entries.get(executionId)?.execution.machineId;
    return machineId !== undefined && this.expressMachines.has(machineId);
  }

  ofBatch(batchId: string): LedgerEntry[] {
    return [...this.entries.values()].filter(({ execution }) => execution.batchId === batchId);
  }

  /** Those of the machine that belong to no batch. */
  ofMachine(machineId: string): LedgerEntry[] {
    return [...this.entries.values()].filter(
      ({ execution }) => execution.machineId === machineId && execution.batchId === undefined,
    );
  }

  /** The children whose ends the execution has waited for. */
  childrenOf(executionId: string): LedgerEntry[] {
    return [...this.entries.values()].filter(({ execution }) =>
      execution.replyTo?.includes(executionId),
    );
  }

  /** Enters what was observed. */
  enter(observation: Observation): void {
    switch (observation.kind) {
      case 'created':
        for (const [index, execution] of observation.executions.entries()) {
          if (observation.results[index]?.created) this.#create(execution, observation.at);
        }
        return;
      case 'committed':
        if (observation.accepted) this.#commit(observation);
        return;
      case 'reopened':
        for (const entry of this.#find(observation.executionIds)) {
          entry.status = 'PENDING_REDRIVE';
          entry.attempts = 0;
          entry.reopened += 1;
          Object.assign(entry, { endedAt: null, deadlineAt: null, cancelled: false, startsAt: 0 });
        }
        return;
      case 'cancelled':
        for (const entry of this.#find(observation.executionIds)) {
          Object.assign(entry, { cancelled: true, abortAsked: true });
        }
        return;
      case 'hurried':
        for (const entry of this.#find(observation.executionIds)) entry.startsAt = 0;
        return;
      case 'abortAsked':
        for (const entry of this.#find(observation.executionIds)) entry.abortAsked = true;
    }
  }

  #create(execution: NewExecution, at: number): void {
    this.entries.set(execution.id, {
      execution,
      ...{ status: 'PENDING', attempts: 0, output: null, error: null, history: [] },
      ...{ reopened: 0, abortAsked: false, cancelled: false, endedAt: null },
      startsAt: at + (execution.startInMs ?? 0),
      deadlineAt: execution.deadlineAt ?? null,
    });
  }

  #commit({ checkpoint, after }: Extract<Observation, { kind: 'committed' }>): void {
    for (const entry of this.#find([checkpoint.executionId])) {
      const { status, attempts, output, error } = after ?? checkpoint;
      const endedAt = after?.endedAt ?? null;
      Object.assign(entry, { status, attempts, output, error, endedAt });
      if (checkpoint.firstEventId === entry.history.length + 1) {
        entry.history.push(...eventsOf(checkpoint));
      }
    }
  }

  #find(ids: readonly string[]): LedgerEntry[] {
    return ids.flatMap((id) => this.entries.get(id) ?? []);
  }
}

/** The events that a checkpoint adds. */
export function eventsOf({ events }: Checkpoint): HistoryEvent[] {
  return events === null ? [] : (JSON.parse(events) as HistoryEvent[]);
}
