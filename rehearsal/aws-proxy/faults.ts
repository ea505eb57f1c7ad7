/** What goes wrong on demand at the gate: services that throttle, answers that get lost, delays. */
import { matchesWildcard } from '../iam/wildcard.ts';

/** A fault that the rehearsal wants. */
export interface Fault {
  /** The calls that it hits: `sqs:SendMessageBatch`, `rds-data:*`, by service and operation. */
  readonly operation: string;
  /** The caller that it hits, by the name it is admitted under. @default all */
  readonly caller?: string;
  /**
   * `throttle`: the service's own error. `cut`: the service does it, and the answer is lost.
   * `delay`: it takes `delayMs` longer.
   */
  readonly kind: 'throttle' | 'cut' | 'delay';
  /** Milliseconds. @default 0 */
  readonly delayMs?: number;
  /** How many calls it hits. @default all, until it is lifted */
  readonly times?: number;
}

/** The faults in force. */
export class Faults {
  readonly #left = new Map<Fault, number>();

  /** Puts a fault in force. @returns what lifts it */
  add(fault: Fault): () => void {
    this.#left.set(fault, fault.times ?? Number.POSITIVE_INFINITY);
    return () => {
      this.#left.delete(fault);
    };
  }

  /** The faults that hit this call; each counts it. */
  take(service: string, operation: string, caller: string): Fault[] {
    const hit = [...this.#left.keys()].filter(
      (fault) =>
        matchesWildcard(fault.operation, `${service}:${operation}`) &&
        (fault.caller === undefined || fault.caller === caller),
    );
    for (const fault of hit) {
      const left = (this.#left.get(fault) ?? 0) - 1;
      if (left <= 0) this.#left.delete(fault);
      else this.#left.set(fault, left);
    }
    return hit;
  }
}
