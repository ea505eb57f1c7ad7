import { matchesIamWildcard } from '../iam/wildcard.ts';

/** A fault to inject into calls. */
export interface ProxyFault {
  /** The calls to hit, by service and operation: `sqs:SendMessageBatch`, `rds-data:*`. */
  readonly operation: string;
  /** The caller to hit, by the name it was admitted with. @default all */
  readonly caller?: string;
  /**
   * `throttle`: the service's own error. `cut`: the service does its work, and its answer is lost.
   * `delay`: the call takes `delayMs` longer.
   */
  readonly kind: 'throttle' | 'cut' | 'delay';
  /** In milliseconds. @default 0 */
  readonly delayMs?: number;
  /** Number of calls to hit. @default all, until the fault is removed */
  readonly times?: number;
}

/** The faults that the proxy injects: throttling, lost answers, delays. */
export class ProxyFaults {
  readonly #left = new Map<ProxyFault, number>();

  /** Adds a fault. Returns a function that removes it. */
  add(fault: ProxyFault): () => void {
    this.#left.set(fault, fault.times ?? Number.POSITIVE_INFINITY);
    return () => {
      this.#left.delete(fault);
    };
  }

  /** Returns the faults that hit a call, and counts the call against their `times`. */
  take(service: string, operation: string, caller: string): ProxyFault[] {
    const hit = [...this.#left.keys()].filter(
      (fault) =>
        matchesIamWildcard(fault.operation, `${service}:${operation}`) &&
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
