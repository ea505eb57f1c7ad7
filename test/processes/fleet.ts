/**
 * Leaders and workers as processes of their own, which meet in a PostgreSQL and a queue service,
 * and a batch of theirs, watched behind their backs.
 */
import { setInterval } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Query } from '../support/check-store.ts';
import { type CliProcess, documentOf, type ProcessEnd, runToEnd, startCli } from './cli-process.ts';

type Settings = Readonly<Record<string, string>>;

/** What a fleet is made of. */
export interface FleetOptions {
  /** The words that lead `millrace` to the app, its database and its queues. */
  readonly words: readonly string[];
  readonly query: Query;
  /** Added to the environment of every process. @default {} */
  readonly settings?: Settings;
}

/** How far a batch is. */
export interface BatchProgress {
  readonly status: string;
  readonly created: number;
  readonly ended: number;
}

/** How often a batch is looked at, in milliseconds. */
const lookMs = 100;

/** See this file's head. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #processes = new Set<CliProcess>();

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** Starts a part and resolves when it says that it runs. */
  async start(part: 'leader' | 'worker', settings: Settings = {}): Promise<CliProcess> {
    const { words } = this.#options;
    const started = startCli([part, ...words], { ...this.#options.settings, ...settings });
    this.#processes.add(started);
    await started.saysOnStderr(/^the (leader|worker) is running/);
    return started;
  }

  /** Kills a process without a word, as a machine does that loses its power. */
  async kill(killed: CliProcess): Promise<void> {
    this.#processes.delete(killed);
    killed.kill('SIGKILL');
    await killed.ended;
  }

  /** Tells those that are there to stop; how they ended, in the order of their start. */
  async stop(...some: readonly CliProcess[]): Promise<ProcessEnd[]> {
    const stopped = some.length > 0 ? some : [...this.#processes];
    for (const each of stopped) {
      this.#processes.delete(each);
      each.kill('SIGTERM');
    }
    return await Promise.all(stopped.map(({ ended }) => ended));
  }

  /** Runs a command on the same app, database and queues to its end; its document. */
  async ask(...words: readonly string[]): Promise<Record<string, unknown>> {
    const asked = [...words, '--json', ...this.#options.words];
    return documentOf(await runToEnd(asked, this.#options.settings));
  }

  /** Records the batch and leaves it to whoever leads; its id. */
  async record(batch: string, settings: Settings = {}): Promise<string> {
    const words = ['batch', 'start', batch, '--detach', '--json', ...this.#options.words];
    const recorded = await runToEnd(words, { ...this.#options.settings, ...settings });
    return String(documentOf(recorded).batchId);
  }

  /** The batch's figures, as a person asks for them. */
  async report(batchId: string): Promise<Record<string, unknown>> {
    return this.ask('batch', 'status', batchId);
  }

  /** Resolves once so many executions of the batch have ended. */
  untilEnded(batchId: string, count: number): Promise<BatchProgress> {
    return this.until(batchId, ({ ended }) => ended >= count);
  }

  /** Resolves once the batch is over. */
  untilOver(batchId: string): Promise<BatchProgress> {
    return this.until(batchId, ({ status }) => status !== 'RUNNING');
  }

  /** Looks at the batch until `holds`. A database that is away for a moment is asked again. */
  async until(batchId: string, holds: (now: BatchProgress) => boolean): Promise<BatchProgress> {
    const over = new AbortController();
    onTestFinished(() => over.abort());
    for await (const _ of setInterval(lookMs, null, { signal: over.signal })) {
      const progress = await this.#look(batchId).catch(() => null);
      if (progress !== null && holds(progress)) return progress;
    }
    throw new Error(`the batch ${batchId} never got there`);
  }

  async #look(batchId: string): Promise<BatchProgress | null> {
    const [progress] = await this.#options.query<BatchProgress>(`
      SELECT b.status, coalesce(sum(c.created), 0)::int AS created,
        coalesce(sum(c.succeeded + c.failed + c.timed_out + c.aborted), 0)::int AS ended
      FROM millrace.batches b LEFT JOIN millrace.batch_counters c ON c.batch_id = b.id
      WHERE b.id = '${batchId}' GROUP BY b.id`);
    return progress ?? null;
  }
}
