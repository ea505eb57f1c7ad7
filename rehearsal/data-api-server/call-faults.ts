import { DataApiError } from './data-api-error.ts';
import type { DataApiOperation } from './operations.ts';
import type { ServerClock } from './server-clock.ts';

/**
 * How a call fails. `lost-request`: the connection is closed before the call runs; `lost-answer`:
 * the call runs, then the connection is closed; `internal-error` (500), `service-unavailable`
 * (503), `gateway-timeout` (504) and `link-failure` (400, communications link failure): the call
 * does not run; `internal-error-after`: the call runs, and the answer is 500.
 */
export type CallFaultKind =
  | 'lost-request'
  | 'lost-answer'
  | 'internal-error'
  | 'internal-error-after'
  | 'service-unavailable'
  | 'gateway-timeout'
  | 'link-failure';

/** Which calls are throttled: the next `count`, or those that exceed `perSecond`. */
export type Throttle = { readonly count: number } | { readonly perSecond: number };

/** Thrown to close the connection without an answer. */
export class CutConnection extends Error {
  override readonly name = 'CutConnection';
}

/** The faults to inject into calls: lost requests and answers, errors, and throttling. */
export class CallFaults {
  readonly #clock: ServerClock;
  readonly #queue: {
    readonly kind: CallFaultKind;
    readonly operation: DataApiOperation | undefined;
  }[] = [];
  #refusals = 0;
  #perSecond: number | null = null;
  /** The time until which the rate is used up, in milliseconds since 1970. */
  #usedUntil = 0;

  constructor(clock: ServerClock) {
    this.#clock = clock;
  }

  /** Makes the next call fail, or the next call of an operation. Faults are injected in order. */
  failNext(kind: CallFaultKind, operation?: DataApiOperation): void {
    this.#queue.push({ kind, operation });
  }

  /** Replaces the throttling; null ends it. */
  throttle(throttle: Throttle | null): void {
    this.#refusals = throttle !== null && 'count' in throttle ? throttle.count : 0;
    this.#perSecond = throttle !== null && 'perSecond' in throttle ? throttle.perSecond : null;
    this.#usedUntil = 0;
  }

  /** Counts a call. @throws DataApiError when it is throttled */
  checkThrottle(): void {
    const now = this.#clock.now();
    if (this.#refusals > 0) {
      this.#refusals -= 1;
      throw throttled();
    }
    if (this.#perSecond === null) return;
    const share = 1000 / this.#perSecond;
    // The calls of one second may come at once.
    if (this.#usedUntil + share > now + 1000) throw throttled();
    this.#usedUntil = Math.max(this.#usedUntil, now) + share;
  }

  /** Runs a call, with the next fault for its operation if there is one. */
  async around<Result>(operation: DataApiOperation, call: () => Promise<Result>): Promise<Result> {
    const index = this.#queue.findIndex((each) => (each.operation ?? operation) === operation);
    const [fault] = index < 0 ? [] : this.#queue.splice(index, 1);
    if (fault === undefined) return await call();
    if (fault.kind === 'lost-answer' || fault.kind === 'internal-error-after') await call();
    throw faultError(fault.kind);
  }
}

function throttled(): DataApiError {
  return new DataApiError('ThrottlingException', 'Rate exceeded');
}

function faultError(kind: CallFaultKind): Error {
  switch (kind) {
    case 'lost-request':
    case 'lost-answer':
      return new CutConnection();
    case 'internal-error':
    case 'internal-error-after':
      return new DataApiError('InternalServerErrorException');
    case 'service-unavailable':
      return new DataApiError('ServiceUnavailableError');
    case 'gateway-timeout':
      return new DataApiError('DatabaseUnavailableException');
    case 'link-failure':
      return new DataApiError('BadRequestException', 'Communications link failure');
  }
}
