/**
 * An account of every execution, kept from what was observed at the store and from nothing else:
 * the store's own rows are compared with it.
 */
import type { HistoryEvent } from '../../lib/engine/history-event.ts';
import { type ExecutionStatus, isEnd } from '../../lib/engine/status.ts';
import type { Checkpoint, ExecutionRecord, NewExecution } from '../../lib/ports/execution-store.ts';
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
          if (observation.results[index]?.created) this.#create(execution);
        }
        return;
      case 'committed':
        if (observation.accepted) this.#commit(observation.checkpoint, observation.after);
        return;
      case 'reopened':
        for (const entry of this.#find(observation.executionIds)) {
          entry.status = 'PENDING_REDRIVE';
          entry.attempts = 0;
          entry.reopened += 1;
        }
        return;
      case 'abortAsked':
        for (const entry of this.#find(observation.executionIds)) entry.abortAsked = true;
    }
  }

  #create(execution: NewExecution): void {
    this.entries.set(execution.id, {
      execution,
      ...{ status: 'PENDING', attempts: 0, output: null, error: null, history: [] },
      ...{ reopened: 0, abortAsked: false },
    });
  }

  #commit(checkpoint: Checkpoint, stored: ExecutionRecord | null): void {
    for (const entry of this.#find([checkpoint.executionId])) {
      const { status, attempts, output, error } = stored ?? checkpoint;
      Object.assign(entry, { status, attempts, output, error });
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
