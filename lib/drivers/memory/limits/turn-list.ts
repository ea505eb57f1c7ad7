import type { LimitNeed, PermitHolder } from '../../../ports/store/limits/limit-store.ts';

/** A holder that waits, or has been granted its permits and has not taken them. */
export interface PermitWait extends Omit<PermitHolder, 'fence'> {
  fence: number;
  needs: readonly LimitNeed[];
  readonly fairKey: string;
  /** Its place: lower ones are served first, and equal ones in the order of arrival. */
  readonly turn: number;
  /** When it began to wait, in milliseconds since 1970. */
  readonly since: number;
  /** The first limit that it could not have: it is in the queue of that one. */
  blockedOn: LimitNeed;
  /** When it was granted its permits, in milliseconds since 1970; null while it waits. */
  grantedAt: number | null;
}

/** Waits in the order of their turns. */
export class TurnList {
  readonly #waits: PermitWait[] = [];

  get size(): number {
    return this.#waits.length;
  }

  get first(): PermitWait | undefined {
    return this.#waits[0];
  }

  get last(): PermitWait | undefined {
    return this.#waits.at(-1);
  }

  /** When the one that has waited longest began; undefined when none waits. */
  get oldestSince(): number | undefined {
    if (this.#waits.length === 0) return undefined;
    return this.#waits.reduce((oldest, { since }) => Math.min(oldest, since), Infinity);
  }

  add(wait: PermitWait): void {
    this.#waits.splice(this.#findPlace(wait), 0, wait);
  }

  delete(wait: PermitWait): void {
    const place = this.#findPlace(wait);
    if (this.#waits[place] === wait) this.#waits.splice(place, 1);
  }

  /** Returns the first index whose wait is not before `wait`. */
  #findPlace(wait: PermitWait): number {
    let low = 0;
    let high = this.#waits.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#waits[middle];
      if (other !== undefined && isBefore(other, wait)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Whether a wait is served before another of the same queue. */
export function isBefore(one: PermitWait, other: PermitWait): boolean {
  const order =
    one.turn - other.turn ||
    one.since - other.since ||
    compareTexts(one.executionId, other.executionId) ||
    compareTexts(one.command, other.command);
  return order < 0;
}

/** Compares texts by their code units. */
export function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
