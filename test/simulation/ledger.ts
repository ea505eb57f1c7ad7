import { decodeHistory } from '../../lib/engine/history/decode-history.ts';
import type { HistoryEvent } from '../../lib/engine/history-event.ts';
import { type ExecutionStatus, isEnd } from '../../lib/engine/status.ts';
import type { Checkpoint } from '../../lib/ports/store/checkpoint-store.ts';
import type { NewExecution } from '../../lib/ports/store/execution-store.ts';
import type { Observation } from './observed-store.ts';

/** The state of one execution. */
export interface LedgerEntry {
  readonly execution: NewExecution;
  status: ExecutionStatus;
  attempts: number;
  output: string | null;
  error: string | null;
  history: HistoryEvent[];
  /** Number of redrives by an operator. */
  redrives: number;
  abortRequested: boolean;
  /** Whether it was cancelled before its start. */
  cancelled: boolean;
  /** When it may start, and its deadline; null without a deadline. */
  startsAt: number;
  deadlineAt: number | null;
  /** When it ended; null before. */
  endedAt: number | null;
}

/**
 * The state of every execution, derived only from the observations at the store. Checkers compare
 * it with the rows of the store.
 */
export class Ledger {
  readonly entries = new Map<string, LedgerEntry>();
  /** Ids of EXPRESS machines, whose executions store only their ends. */
  readonly expressMachines = new Set<string>();

  get open(): LedgerEntry[] {
    return [...this.entries.values()].filter(({ status }) => !isEnd(status));
  }

  /** Whether the execution is of an EXPRESS machine. */
  isExpress(executionId: string): boolean {
    const machineId = this.entries.get(executionId)?.execution.machineId;
    return machineId !== undefined && this.expressMachines.has(machineId);
  }

  ofBatch(batchId: string): LedgerEntry[] {
    return [...this.entries.values()].filter(({ execution }) => execution.batchId === batchId);
  }

  /** Returns the executions of the machine that belong to no batch. */
  listByMachine(machineId: string): LedgerEntry[] {
    return [...this.entries.values()].filter(
      ({ execution }) => execution.machineId === machineId && execution.batchId === undefined,
    );
  }

  /** Returns the nested executions that the execution waited for. */
  listChildren(executionId: string): LedgerEntry[] {
    return [...this.entries.values()].filter(({ execution }) =>
      execution.replyTo?.includes(executionId),
    );
  }

  /** Records an observation. */
  record(observation: Observation): void {
    switch (observation.kind) {
      case 'created':
        for (const [index, execution] of observation.executions.entries()) {
          if (observation.results[index]?.created) this.#create(execution, observation.at);
        }
        return;
      case 'committed':
        if (observation.accepted) this.#commit(observation);
        return;
      case 'redriven':
        for (const entry of this.#find(observation.executionIds)) {
          entry.status = 'PENDING_REDRIVE';
          entry.attempts = 0;
          entry.redrives += 1;
          Object.assign(entry, { endedAt: null, deadlineAt: null, cancelled: false, startsAt: 0 });
        }
        return;
      case 'cancelled':
        for (const entry of this.#find(observation.executionIds)) {
          Object.assign(entry, { cancelled: true, abortRequested: true });
        }
        return;
      case 'madeDue':
        for (const entry of this.#find(observation.executionIds)) entry.startsAt = 0;
        return;
      case 'abortRequested':
        for (const entry of this.#find(observation.executionIds)) entry.abortRequested = true;
    }
  }

  #create(execution: NewExecution, at: number): void {
    this.entries.set(execution.id, {
      execution,
      status: 'PENDING',
      attempts: 0,
      output: null,
      error: null,
      history: [],
      redrives: 0,
      abortRequested: false,
      cancelled: false,
      endedAt: null,
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
        entry.history.push(...parseEvents(checkpoint));
      }
    }
  }

  #find(ids: readonly string[]): LedgerEntry[] {
    return ids.flatMap((id) => this.entries.get(id) ?? []);
  }
}

/** Returns the events that a checkpoint adds. */
export function parseEvents({ events }: Checkpoint): HistoryEvent[] {
  return events === null ? [] : decodeHistory(events);
}
