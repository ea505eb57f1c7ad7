/**
 * What the steps of a scenario work on, and how they wait: for something to come true, or for a
 * trouble that shows that it will not.
 */

import { type Millrace, openMillrace } from '../../lib/app/millrace.ts';
import type { AppDescription, BatchDescription } from '../../lib/config/app-description.ts';
import type { LoadedConfig } from '../../lib/config/load-config.ts';
import { MillraceError } from '../../lib/errors.ts';
import type { BatchReport } from '../../lib/operations/batch-report.ts';
import { type Clock, pause } from '../../lib/ports/clock.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { embeddedFigures, type Figures } from './figures.ts';

/** What a scenario is about. */
export interface ScenarioOptions {
  readonly deployment: Deployment;
  readonly app: LoadedConfig;
  readonly description: AppDescription;
  /** The names of the batches that are run. */
  readonly batches: readonly string[];
  readonly clock: Clock;
  /** How much faster than on AWS a schedule's minutes go by. */
  readonly speed: number;
  /** How long a batch may take, in milliseconds. */
  readonly batchMsMax: number;
  /** Ends whatever is waited for. */
  readonly interrupted: AbortSignal;
}

/** How often something is looked at, in milliseconds. */
const lookMs = 150;

/** How long what went wrong may go on telling why, in milliseconds. */
const aftermathMs = 1_500;

/** See this file's head. */
export class ScenarioContext {
  readonly deployment: Deployment;
  readonly app: LoadedConfig;
  readonly description: AppDescription;
  readonly clock: Clock;
  readonly speed: number;
  readonly batchMsMax: number;
  readonly batches: readonly string[];
  readonly #interrupted: AbortSignal;
  readonly #expected = new Map<string, Promise<Figures>>();
  #observer: Promise<Millrace> | null = null;

  constructor(options: ScenarioOptions) {
    this.deployment = options.deployment;
    this.app = options.app;
    this.description = options.description;
    this.clock = options.clock;
    this.speed = options.speed;
    this.batchMsMax = options.batchMsMax;
    this.batches = options.batches;
    this.#interrupted = options.interrupted;
  }

  /** What the templates know of the batch with this name. */
  batch(name: string): BatchDescription {
    const found = this.description.batches.find((batch) => batch.name === name);
    if (found === undefined) throw failed(`the app has no batch '${name}'`);
    return found;
  }

  /** What the batch comes to in one process without AWS; run once. */
  expected(name: string): Promise<Figures> {
    const known = this.#expected.get(name) ?? embeddedFigures(this.app, name, this.clock);
    this.#expected.set(name, known);
    return known;
  }

  /** The app over the same database, past everything that AWS does: to look, not to act. */
  async observer(): Promise<Millrace> {
    const { postgresUrl } = this.deployment.backends;
    if (postgresUrl === null) throw failed('the templates have no cluster with a Data API');
    this.#observer ??= openMillrace({
      config: this.app.config,
      folder: this.app.folder,
      flags: { store: 'postgres', postgresUrl, queueDriver: 'memory' },
    });
    return await this.#observer;
  }

  /** The ids of all batches with this name, the newest first. */
  async batchIds(name: string): Promise<string[]> {
    const { store } = await this.observer();
    const { entries } = await store.listBatches({ name }, { limit: 100 });
    return entries.map(({ id }) => id);
  }

  /** The first batch of this name that is none of `before`. */
  async newBatch(name: string, before: readonly string[], timeoutMs = 60_000): Promise<string> {
    return await this.until(`a batch '${name}' begins`, timeoutMs, async () => {
      const fresh = (await this.batchIds(name)).filter((id) => !before.includes(id));
      return fresh[0] ?? null;
    });
  }

  /** How a batch ended. */
  async ended(id: string): Promise<BatchReport> {
    const observer = await this.observer();
    return await this.until(`the batch ${id} ends`, this.batchMsMax, async () => {
      const report = await observer.report(id);
      return report.status === 'RUNNING' ? null : report;
    });
  }

  /** Looks until there is something; fails on a new trouble, and when it takes too long. */
  async until<Found>(
    what: string,
    timeoutMs: number,
    look: () => Promise<Found | null>,
  ): Promise<Found> {
    const { troubles } = this.deployment;
    const givesUpAt = this.clock.now() + timeoutMs;
    let trouble: string | null = null;
    const deaf = troubles.listen(({ resource, sentence }) => {
      trouble ??= `${resource}: ${sentence}`;
    });
    try {
      for (;;) {
        const found = await look();
        if (found !== null) return found;
        if (trouble !== null) {
          await pause(this.clock, aftermathMs);
          throw failed(`waited until ${what}, and ${trouble}`);
        }
        if (this.#interrupted.aborted) throw failed('the rehearsal was interrupted');
        if (this.clock.now() > givesUpAt) {
          throw failed(`waited ${timeoutMs / 1_000} s until ${what}, in vain`);
        }
        await pause(this.clock, lookMs);
      }
    } finally {
      deaf();
    }
  }

  async close(): Promise<void> {
    await (await this.#observer)?.close();
  }
}

/** The failure of a step. */
export function failed(reason: string): MillraceError {
  return new MillraceError('CONFLICT', reason);
}
