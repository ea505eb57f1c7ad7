import { setInterval } from 'node:timers/promises';
import type { TestContext } from 'vitest';
import type { ProcessRole } from '../../lib/operations/workers.ts';
import type { Query } from '../support/check-store.ts';
import {
  type CliProcess,
  type ProcessEnd,
  parseDocument,
  runToEnd,
  startCli,
  type Variables,
} from './cli-process.ts';

/** What a {@link Fleet} is constructed from. */
export interface FleetDeps {
  /** The test that the processes belong to. */
  readonly context: TestContext;
  /** The CLI options that select the app, its database and its queues. */
  readonly options: readonly string[];
  readonly query: Query;
  /** Environment variables of every process. @default {} */
  readonly variables?: Variables;
}

/** The progress of a batch. */
export interface BatchProgress {
  readonly status: string;
  readonly created: number;
  readonly ended: number;
}

/** How often the progress of a batch is read, in milliseconds. */
const pollIntervalMs = 100;

/**
 * Leaders and workers in separate processes that share a PostgreSQL database and queues, and a
 * batch of theirs, observed directly in the database.
 */
export class Fleet {
  readonly #deps: FleetDeps;
  readonly #processes = new Set<CliProcess>();
  readonly #finished = new AbortController();

  constructor(deps: FleetDeps) {
    this.#deps = deps;
    deps.context.onTestFinished(() => this.#finished.abort());
  }

  /** Starts a role; resolves when it reports that it runs. */
  async start(role: ProcessRole, variables: Variables = {}): Promise<CliProcess> {
    const { context, options } = this.#deps;
    const started = startCli(context, [role, ...options], {
      ...this.#deps.variables,
      ...variables,
    });
    this.#processes.add(started);
    await started.waitForStderr(/^the (leader|worker) is running/);
    return started;
  }

  /** Kills a process without notice, like a machine that loses power. */
  async kill(killed: CliProcess): Promise<void> {
    this.#processes.delete(killed);
    killed.kill('SIGKILL');
    await killed.ended;
  }

  /**
   * Stops these processes gracefully, by default all of them. Returns how they ended, in the order
   * of their start.
   */
  async stop(...some: readonly CliProcess[]): Promise<ProcessEnd[]> {
    const stopped = some.length > 0 ? some : [...this.#processes];
    for (const each of stopped) {
      this.#processes.delete(each);
      each.kill('SIGTERM');
    }
    return await Promise.all(stopped.map(({ ended }) => ended));
  }

  /** Runs a command on the same app, database and queues. Returns its JSON document. */
  async runCommand(...words: readonly string[]): Promise<Record<string, unknown>> {
    const { context, options, variables } = this.#deps;
    return parseDocument(await runToEnd(context, [...words, '--json', ...options], variables));
  }

  /** Records a batch for a leader to pick up. Returns its id. */
  async startBatch(name: string, ...options: readonly string[]): Promise<string> {
    const { batchId } = await this.runCommand('batch', 'start', name, '--detach', ...options);
    return String(batchId);
  }

  /** Returns the figures of a batch, as the CLI prints them. */
  async getBatch(batchId: string): Promise<Record<string, unknown>> {
    return await this.runCommand('batch', 'get', batchId);
  }

  /** Resolves once `count` executions of the batch have ended. */
  waitForEnded(batchId: string, count: number): Promise<BatchProgress> {
    return this.waitFor(batchId, ({ ended }) => ended >= count);
  }

  /** Resolves once the batch has ended. */
  waitForEnd(batchId: string): Promise<BatchProgress> {
    return this.waitFor(batchId, ({ status }) => status !== 'RUNNING');
  }

  /** Resolves once an execution has succeeded. */
  async waitForSuccess(executionId: string): Promise<void> {
    const succeeded = `
      SELECT 1 FROM millrace.executions WHERE id = '${executionId}' AND status = 'SUCCEEDED'`;
    await this.#poll(async () => (await this.#deps.query(succeeded))[0] ?? null);
  }

  /** Polls a batch until `isReached` accepts it. A failed query is repeated. */
  async waitFor(
    batchId: string,
    isReached: (progress: BatchProgress) => boolean,
  ): Promise<BatchProgress> {
    return await this.#poll(async () => {
      const progress = await this.#readProgress(batchId).catch(() => null);
      return progress !== null && isReached(progress) ? progress : null;
    });
  }

  /**
   * Resolves once the number that `text` selects is at least `count`, or the wait `isOver`; returns
   * the number.
   */
  async waitForCount(
    text: string,
    count: number,
    isOver: () => boolean = () => false,
  ): Promise<number> {
    return await this.#poll(async () => {
      const [row = {}] = await this.#deps.query<Record<string, number>>(text).catch(() => []);
      const [found = 0] = Object.values(row);
      return found >= count || isOver() ? found : null;
    });
  }

  /** Repeats `read` until it returns something, or the test has finished. */
  async #poll<Result>(read: () => Promise<Result | null>): Promise<Result> {
    const { signal } = this.#finished;
    for await (const _ of setInterval(pollIntervalMs, null, { signal })) {
      const result = await read();
      if (result !== null) return result;
    }
    throw new Error('the test has finished');
  }

  async #readProgress(batchId: string): Promise<BatchProgress | null> {
    const [progress] = await this.#deps.query<BatchProgress>(`
      SELECT b.status, coalesce(sum(c.created), 0)::int AS created,
        coalesce(sum(c.succeeded + c.failed + c.timed_out + c.aborted), 0)::int AS ended
      FROM millrace.batches b LEFT JOIN millrace.batch_counters c ON c.batch_id = b.id
      WHERE b.id = '${batchId}' GROUP BY b.id`);
    return progress ?? null;
  }
}
