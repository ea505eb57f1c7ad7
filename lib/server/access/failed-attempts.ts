import { isIPv6 } from 'node:net';
import type { Clock } from '../../ports/clock.ts';

/** The failures of an address within the last minute. */
interface Failures {
  readonly since: number;
  readonly count: number;
}

/** Failures of one address within a minute, after which it has to wait. */
const failuresMax = 5;

/** The time over which failures are counted, and how long an address waits, in milliseconds. */
const windowMs = 60_000;

/** Maximum number of addresses that are remembered; the oldest is forgotten first. */
const addressesMax = 10_000;

/**
 * Counts wrong tokens by address. After five within a minute the address has to wait for the rest
 * of it, whatever it sends: a token cannot be guessed, and a caller with an old one is not loud.
 */
export class FailedAttempts {
  readonly #clock: Clock;
  readonly #byAddress = new Map<string, Failures>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns how long this address has to wait, in milliseconds; 0 when it may try. */
  waitMs(address: string): number {
    const failures = this.#current(keyOf(address));
    if (failures === null || failures.count < failuresMax) return 0;
    return failures.since + windowMs - this.#clock.monotonicMs();
  }

  /** Records a wrong token. */
  record(address: string): void {
    const key = keyOf(address);
    const failures = this.#current(key);
    const count = (failures?.count ?? 0) + 1;
    const isLast = count === failuresMax;
    // The wait begins with the failure that causes it.
    const since = failures === null || isLast ? this.#clock.monotonicMs() : failures.since;
    this.#byAddress.delete(key);
    this.#byAddress.set(key, { since, count });
    if (this.#byAddress.size <= addressesMax) return;
    const [oldest = ''] = this.#byAddress.keys();
    this.#byAddress.delete(oldest);
  }

  #current(key: string): Failures | null {
    const failures = this.#byAddress.get(key);
    if (failures === undefined) return null;
    if (failures.since + windowMs > this.#clock.monotonicMs()) return failures;
    this.#byAddress.delete(key);
    return null;
  }
}

/** Returns what counts as one address: of IPv6, the network that one customer gets. */
function keyOf(address: string): string {
  return isIPv6(address) ? expand(address).slice(0, 4).join(':') : address;
}

function expand(address: string): string[] {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const left = head === '' ? [] : head.split(':');
  if (tail === undefined) return left;
  const right = tail === '' ? [] : tail.split(':');
  return [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
}
