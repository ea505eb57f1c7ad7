import type { Delivery } from '../../ports/broker.ts';

/**
 * Holds claimed executions, and the deliveries that they came with, under a lease. The lease of a
 * polling worker is renewed by heartbeats; the lease of a Lambda invocation outlasts its deadline.
 *
 * Each delivery is settled once, held or not: it is acknowledged, released or dead-lettered.
 */
export interface LeaseHolder {
  /** The worker id under which executions are claimed now. */
  readonly workerId: string;
  /** How long a claim that is made now lasts, in milliseconds. */
  readonly leaseMs: number;

  /** Whether there is time to run an execution that may need long. */
  readonly hasTime: boolean;

  /** Keeps a delivery hidden from other workers until it is settled. */
  hold(delivery: Delivery): void;
  /** Settles a delivery whose work is done, or is another worker's. */
  acknowledge(delivery: Delivery): void;
  /** Settles a delivery that is to be delivered again after `delayMs`. */
  release(delivery: Delivery, delayMs: number): void;
  /** Settles deliveries that are not tasks: moves them to the dead letters. */
  deadLetter(deliveries: readonly Delivery[], reason: string): Promise<void>;

  /** Called when an execution starts to run: it may be aborted or signalled from now on. */
  runStarted(): void;
  /** Gives the lease up, because an execution is held under it that no longer runs here. */
  abandon(): void;
}
