import { type Millrace, openMillrace } from '../../lib/app/millrace.ts';
import type { AppDescription, BatchDescription } from '../../lib/config/app-description.ts';
import type { LoadedConfig } from '../../lib/config/loading/load-config.ts';
import { MillraceError } from '../../lib/errors.ts';
import type { BatchReport } from '../../lib/operations/batches/batch-report.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import { pause } from '../../lib/retry/pause.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { type ComparableReport, runEmbedded, runEmbeddedOn } from './batch-comparison.ts';

/** What a {@link ScenarioContext} works with. */
export interface ScenarioContextDeps {
  readonly deployment: Deployment;
  readonly app: LoadedConfig;
  readonly description: AppDescription;
  /** The names of the batches to run. */
  readonly batches: readonly string[];
  readonly clock: Clock;
  /** How many times faster than real time `rate(…)` schedules run. */
  readonly speed: number;
  /** Maximum duration of a batch, in milliseconds. */
  readonly batchMsMax: number;
  /** Ends every wait. */
  readonly interrupted: AbortSignal;
}

/**
 * Maximum time that a step waits for one thing, in milliseconds: several times what it takes on a
 * busy machine, so that only what never happens is late.
 */
export const waitMsMax = 300_000;

/** Time between two checks of a condition that a step waits for, in milliseconds. */
const pollMs = 150;

/** How long further details of a problem are collected before the step fails, in milliseconds. */
const aftermathMs = 1_500;

/**
 * What the steps of a scenario work with, and how they wait: until a condition is met, or until a
 * problem shows that it will not be.
 */
export class ScenarioContext {
  readonly deployment: Deployment;
  readonly app: LoadedConfig;
  readonly description: AppDescription;
  readonly clock: Clock;
  readonly speed: number;
  readonly batchMsMax: number;
  readonly batches: readonly string[];
  readonly #interrupted: AbortSignal;
  readonly #expected = new Map<string, Promise<ComparableReport>>();
  readonly #excerpts = new Map<string, Buffer>();
  #observer: Promise<Millrace> | null = null;

  constructor(deps: ScenarioContextDeps) {
    this.deployment = deps.deployment;
    this.app = deps.app;
    this.description = deps.description;
    this.clock = deps.clock;
    this.speed = deps.speed;
    this.batchMsMax = deps.batchMsMax;
    this.batches = deps.batches;
    this.#interrupted = deps.interrupted;
  }

  /** Returns what the templates know of the batch with this name. */
  batch(name: string): BatchDescription {
    const found = this.description.batches.find((batch) => batch.name === name);
    if (found === undefined) throw stepFailure(`the app has no batch '${name}'`);
    return found;
  }

  /** Returns the result of the batch in one process without AWS, which is run once. */
  expectedReport(name: string): Promise<ComparableReport> {
    const known = this.#expected.get(name) ?? this.#runEmbedded(name);
    this.#expected.set(name, known);
    return known;
  }

  /** Lets the batch with this name read only these bytes, as it does in the deployment. */
  useExcerpt(name: string, bytes: Buffer): void {
    this.#excerpts.set(name, bytes);
  }

  #runEmbedded(name: string): Promise<ComparableReport> {
    const bytes = this.#excerpts.get(name);
    const { app, clock } = this;
    return bytes === undefined
      ? runEmbedded(app, name, clock)
      : runEmbeddedOn({ app, name, bytes, clock });
  }

  /** Opens the app over the same database without AWS, to observe what happens. */
  async observer(): Promise<Millrace> {
    const { postgresUrl } = this.deployment.backends;
    if (postgresUrl === null) throw stepFailure('the templates have no cluster with a Data API');
    this.#observer ??= openMillrace({
      config: this.app.config,
      folder: this.app.folder,
      flags: { store: 'postgres', postgresUrl, broker: 'memory' },
    });
    return await this.#observer;
  }

  /** Returns the ids of all batches with this name, newest first. */
  async batchIds(name: string): Promise<string[]> {
    const { batches } = await this.observer();
    const { entries } = await batches.list({ name });
    return entries.map(({ id }) => id);
  }

  /** Waits for a batch with this name that is not in `before`. Returns its id. */
  async waitForNewBatch(
    name: string,
    before: readonly string[],
    timeoutMs = waitMsMax,
  ): Promise<string> {
    return await this.waitUntil(`a batch '${name}' starts`, timeoutMs, async () => {
      const started = (await this.batchIds(name)).filter((id) => !before.includes(id));
      return started[0] ?? null;
    });
  }

  /** Waits until a batch has ended. Returns its report. */
  async waitForEnd(id: string): Promise<BatchReport> {
    const observer = await this.observer();
    return await this.waitUntil(`the batch ${id} ends`, this.batchMsMax, async () => {
      const report = await observer.batches.report(id);
      return report.status === 'RUNNING' ? null : report;
    });
  }

  /** Polls until `find` returns a value. Throws at the first problem, and at the timeout. */
  async waitUntil<Found>(
    what: string,
    timeoutMs: number,
    find: () => Promise<Found | null>,
  ): Promise<Found> {
    const { problems } = this.deployment;
    const deadline = this.clock.now() + timeoutMs;
    let problem: string | null = null;
    const stopListening = problems.listen(({ resource, message }) => {
      problem ??= `${resource}: ${message}`;
    });
    try {
      for (;;) {
        const found = await find();
        if (found !== null) return found;
        if (problem !== null) {
          await pause(this.clock, aftermathMs);
          throw stepFailure(`while waiting until ${what}: ${problem}`);
        }
        if (this.#interrupted.aborted) throw stepFailure('the rehearsal was interrupted');
        if (this.clock.now() > deadline) {
          throw stepFailure(`timed out after ${timeoutMs / 1_000} s waiting until ${what}`);
        }
        await pause(this.clock, pollMs);
      }
    } finally {
      stopListening();
    }
  }

  async close(): Promise<void> {
    await (await this.#observer)?.close();
  }
}

/** Returns the error of a failed step. */
export function stepFailure(reason: string): MillraceError {
  return new MillraceError('CONFLICT', reason);
}
