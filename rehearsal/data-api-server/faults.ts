/** What goes wrong on demand: lost calls, errors of the service, and throttling. */
import type { Clock } from './clock.ts';
import type { Operation } from './operations.ts';
import { ServiceError } from './service-error.ts';

/**
 * How a call fails. `lost-request`: the connection is cut before anything is done; `lost-answer`:
 * it is done, then the connection is cut; `internal-error` (500), `service-unavailable` (503),
 * `gateway-timeout` (504) and `link-failure` (400, communications link failure): nothing is done;
 * `internal-error-after`: it is done, and 500 is answered.
 */
export type FaultKind =
  | 'lost-request'
  | 'lost-answer'
  | 'internal-error'
  | 'internal-error-after'
  | 'service-unavailable'
  | 'gateway-timeout'
  | 'link-failure';

/** How calls are throttled: the next `count` of them, or what exceeds `perSecond`. */
export type Throttle = { readonly count: number } | { readonly perSecond: number };

/** The connection is to be cut without an answer. */
export class CutConnection extends Error {
  override readonly name = 'CutConnection';
}

/** See this file's head. */
export class Faults {
  readonly #clock: Clock;
  readonly #queue: { readonly kind: FaultKind; readonly operation: Operation | undefined }[] = [];
  #refusals = 0;
  #perSecond: number | null = null;
  /** The time up to which the rate is used up, in milliseconds. */
  #usedUntil = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Makes the next call fail, or the next one of an operation; what is added later comes later. */
  failNext(kind: FaultKind, operation?: Operation): void {
    this.#queue.push({ kind, operation });
  }

  /** Replaces what was asked for before; null throttles no more. */
  throttle(throttle: Throttle | null): void {
    this.#refusals = throttle !== null && 'count' in throttle ? throttle.count : 0;
    this.#perSecond = throttle !== null && 'perSecond' in throttle ? throttle.perSecond : null;
    this.#usedUntil = 0;
  }

  /** @throws ServiceError when the call is one too many */
  admit(): void {
    const now = this.#clock.now();
    if (this.#refusals > 0) {
      this.#refusals -= 1;
      throw throttled();
    }
    if (this.#perSecond === null) return;
    const share = 1000 / this.#perSecond;
    // One second's worth may come at once.
    if (this.#usedUntil + share > now + 1000) throw throttled();
    this.#usedUntil = Math.max(this.#usedUntil, now) + share;
  }

  /** Runs a call, and makes it fail when that is due. */
  async around<Result>(operation: Operation, call: () => Promise<Result>): Promise<Result> {
    const index = this.#queue.findIndex((each) => (each.operation ?? operation) === operation);
    const [fault] = index < 0 ? [] : this.#queue.splice(index, 1);
    if (fault === undefined) return await call();
    if (fault.kind === 'lost-answer' || fault.kind === 'internal-error-after') await call();
    throw errorOf(fault.kind);
  }
}

function throttled(): ServiceError {
  return new ServiceError('ThrottlingException', 'Rate exceeded');
}

function errorOf(kind: FaultKind): Error {
  switch (kind) {
    case 'lost-request':
    case 'lost-answer':
      return new CutConnection();
    case 'internal-error':
    case 'internal-error-after':
      return new ServiceError('InternalServerErrorException');
    case 'service-unavailable':
      return new ServiceError('ServiceUnavailableError');
    case 'gateway-timeout':
      return new ServiceError('DatabaseUnavailableException');
    case 'link-failure':
      return new ServiceError('BadRequestException', 'Communications link failure');
  }
}
