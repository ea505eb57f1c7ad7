/**
 * Open transactions by their ids. One ends when it is told to, when a call in it fails, and when
 * its time is over; from then on its id is not found, and the answer says why.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { Limits } from './limits.ts';
import { ServiceError } from './service-error.ts';
import type { Session } from './session.ts';

interface OpenTransaction {
  readonly id: string;
  readonly session: Session;
  readonly cancelTotal: () => void;
  cancelIdle: () => void;
  busy: boolean;
}

const causes = {
  unknown: 'Transaction may be expired.',
  expired: 'Transaction may be expired.',
  ended: 'One previous call resulted in a termination of your transaction.',
  failed: 'Transaction has been aborted due to an error from a previous call.',
};

/** How many ended transactions are remembered for the cause of their end. */
const endedMax = 1000;

/** See this file's head. */
export class Transactions {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #open = new Map<string, OpenTransaction>();
  readonly #ended = new Map<string, keyof typeof causes>();
  readonly #closing = new Set<Promise<void>>();

  constructor(clock: Clock, limits: Limits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Begins one on a session, which it keeps until its end. */
  async begin(session: Session): Promise<string> {
    try {
      await session.command('BEGIN');
    } catch (error) {
      void session.close();
      throw error;
    }
    const id = randomBytes(96).toString('base64');
    const { transactionMs } = this.#limits;
    const cancelTotal = this.#clock.after(transactionMs, () => this.#end(id, 'expired'));
    this.#open.set(id, { id, session, cancelTotal, cancelIdle: () => {}, busy: true });
    this.#rest(id);
    return id;
  }

  /** Runs a call in a transaction. An error of it ends the transaction. */
  async use<Result>(id: string, call: (session: Session) => Promise<Result>): Promise<Result> {
    const { session } = this.#claim(id);
    try {
      return await call(session);
    } catch (error) {
      void session.settled.then(() => this.#end(id, 'failed'));
      throw error;
    } finally {
      void session.settled.then(() => this.#rest(id));
    }
  }

  /** Ends one; its id is not found any more, whether the database agreed or not. */
  async finish(id: string, command: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    const { session } = this.#claim(id);
    try {
      await session.command(command);
    } finally {
      this.#end(id, 'ended');
    }
  }

  /** Rolls all of them back, and resolves when their connections are free. */
  async rollBackAll(): Promise<void> {
    for (const id of this.#open.keys()) this.#end(id, 'expired');
    await Promise.all(this.#closing);
  }

  #claim(id: string): OpenTransaction {
    const transaction = this.#open.get(id);
    if (transaction === undefined) {
      const cause = causes[this.#ended.get(id) ?? 'unknown'];
      const message = `Transaction ${id} is not found. ${cause}`;
      throw new ServiceError('TransactionNotFoundException', message);
    }
    if (transaction.busy) {
      throw new ServiceError('DatabaseErrorException', 'Transaction is still running a query');
    }
    transaction.busy = true;
    transaction.cancelIdle();
    return transaction;
  }

  /** Between calls the idle time runs. A transaction that a statement has ended is over. */
  #rest(id: string): void {
    const transaction = this.#open.get(id);
    if (transaction === undefined) return;
    const { transactionStatus } = transaction.session;
    if (transactionStatus !== 'T') {
      this.#end(id, transactionStatus === 'E' ? 'failed' : 'ended');
      return;
    }
    transaction.busy = false;
    const { transactionIdleMs } = this.#limits;
    transaction.cancelIdle = this.#clock.after(transactionIdleMs, () => this.#end(id, 'expired'));
  }

  #end(id: string, cause: keyof typeof causes): void {
    const transaction = this.#open.get(id);
    if (transaction === undefined) return;
    transaction.cancelIdle();
    transaction.cancelTotal();
    this.#open.delete(id);
    this.#ended.set(id, cause);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > endedMax && oldest !== undefined) this.#ended.delete(oldest);
    const closing = transaction.session.close();
    this.#closing.add(closing);
    void closing.then(() => this.#closing.delete(closing));
  }
}
