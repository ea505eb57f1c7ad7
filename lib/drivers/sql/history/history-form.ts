import { decodeHistory } from '../../../engine/history/decode-history.ts';
import { compactMark } from '../../../engine/history/encode-history.ts';
import { decodeSnapshot, encodeFully } from '../../../engine/snapshot.ts';
import { briefMark } from '../../../engine/states/brief-snapshot.ts';
import type { Checkpoint } from '../../../ports/store/checkpoint-store.ts';
import type { SqlSession } from '../sql-session.ts';
import { selectHistoryForm } from '../statements/server/select-history-form.ts';

/** How long a process writes JSON before it looks again, in milliseconds. */
const recheckMs = 600_000;

/**
 * Decides in which form a process writes histories and snapshots: as the release before did while
 * its programs may have to read them, and compact afterwards, which is for good.
 */
export class HistoryForm {
  readonly #session: SqlSession;
  #isCompact: Promise<boolean> | null = null;
  #askedAtMs = 0;

  constructor(session: SqlSession) {
    this.#session = session;
  }

  /** Returns checkpoints with their events and snapshots in the form that may be written now. */
  async apply(checkpoints: readonly Checkpoint[]): Promise<readonly Checkpoint[]> {
    if (!checkpoints.some((each) => isCompact(each.events) || isBrief(each.snapshot))) {
      return checkpoints;
    }
    if (await this.#mayBeCompact()) return checkpoints;
    return checkpoints.map((checkpoint) => ({
      ...checkpoint,
      events: expandEvents(checkpoint.events),
      snapshot: expandSnapshot(checkpoint.snapshot),
    }));
  }

  async #mayBeCompact(): Promise<boolean> {
    this.#isCompact ??= this.#ask();
    const isAllowed = await this.#isCompact;
    if (!isAllowed && performance.now() - this.#askedAtMs > recheckMs) this.#isCompact = null;
    return isAllowed;
  }

  async #ask(): Promise<boolean> {
    this.#askedAtMs = performance.now();
    try {
      const row = await this.#session.one<{ isCompact: boolean }>(selectHistoryForm, {});
      return row?.isCompact ?? false;
    } catch (error) {
      this.#isCompact = null;
      throw error;
    }
  }
}

function expandEvents(events: string | null): string | null {
  return events !== null && isCompact(events) ? JSON.stringify(decodeHistory(events)) : events;
}

function expandSnapshot(snapshot: string | null): string | null {
  return snapshot !== null && isBrief(snapshot) ? encodeFully(decodeSnapshot(snapshot)) : snapshot;
}

function isCompact(events: string | null): boolean {
  return events?.startsWith(compactMark) ?? false;
}

function isBrief(snapshot: string | null): boolean {
  return snapshot?.startsWith(briefMark) ?? false;
}
