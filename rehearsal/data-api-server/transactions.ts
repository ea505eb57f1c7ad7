import { randomBytes } from 'node:crypto';
import { DataApiError } from './data-api-error.ts';
import type { DataApiLimits } from './limits.ts';
import type { ServerClock } from './server-clock.ts';
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

/** Maximum number of ended transactions whose cause is kept. */
const endedMax = 1000;

/**
 * The open transactions by id. A transaction ends by a commit or a rollback, when a call in it
 * fails, and at its timeout. A later call with its id fails with the cause of the end.
 */
export class Transactions {
  readonly #clock: ServerClock;
  readonly #limits: DataApiLimits;
  readonly #open = new Map<string, OpenTransaction>();
  readonly #ended = new Map<string, keyof typeof causes>();
  readonly #closing = new Set<Promise<void>>();

  constructor(clock: ServerClock, limits: DataApiLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** The number of open transactions. */
  get size(): number {
    return this.#open.size;
  }

  /** Begins a transaction on a session, which it keeps until its end. Returns its id. */
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
    this.#startIdleTimeout(id);
    return id;
  }

  /** Runs a call in a transaction. An error of the call ends the transaction. */
  async use<Result>(id: string, call: (session: Session) => Promise<Result>): Promise<Result> {
    const { session } = this.#claim(id);
    try {
      return await call(session);
    } catch (error) {
      void session.settled.then(() => this.#end(id, 'failed'));
      throw error;
    } finally {
      void session.settled.then(() => this.#startIdleTimeout(id));
    }
  }

  /** Ends a transaction, even if the database refuses the command. */
  async finish(id: string, command: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    const { session } = this.#claim(id);
    try {
      await session.command(command);
    } finally {
      this.#end(id, 'ended');
    }
  }

  /** Rolls back all transactions. Resolves when their connections are free. */
  async rollBackAll(): Promise<void> {
    for (const id of this.#open.keys()) this.#end(id, 'expired');
    await Promise.all(this.#closing);
  }

  #claim(id: string): OpenTransaction {
    const transaction = this.#open.get(id);
    if (transaction === undefined) {
      const cause = causes[this.#ended.get(id) ?? 'unknown'];
      const message = `Transaction ${id} is not found. ${cause}`;
      throw new DataApiError('TransactionNotFoundException', message);
    }
    if (transaction.busy) {
      throw new DataApiError('DatabaseErrorException', 'Transaction is still running a query');
    }
    transaction.busy = true;
    transaction.cancelIdle();
    return transaction;
  }

  /** Starts the idle timeout after a call. Ends a transaction that a statement has ended. */
  #startIdleTimeout(id: string): void {
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
