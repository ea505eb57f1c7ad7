import { resolve } from 'node:path';
import { describeApp } from '../lib/config/loading/describe-app.ts';
import type { LoadedConfig } from '../lib/config/loading/load-config.ts';
import { MillraceError, messageOf } from '../lib/errors.ts';
import type { Clock } from '../lib/ports/clock.ts';
import { checkAssembly } from './checks/check-assembly.ts';
import { formatTemplateProblem } from './checks/template-problem.ts';
import { rehearseDeletion } from './cloudformation/rehearse-deletion.ts';
import { rehearseUpdate, resolveAssembly } from './cloudformation/rehearse-update.ts';
import { createResources } from './deployment/create-resources.ts';
import type { Deployment } from './deployment/deployment.ts';
import { destroyDeployment } from './deployment/destroy-deployment.ts';
import { Problems } from './deployment/problems.ts';
import { makeReport } from './report/make-report.ts';
import type { RehearsalReport, StepReport } from './report/report.ts';
import { createScenario } from './scenario/create-scenario.ts';
import { ScenarioContext } from './scenario/scenario-context.ts';
import { runSteps, type ScenarioStep } from './scenario/scenario-step.ts';
import { shortenSources } from './scenario/source-excerpts.ts';

/** What to rehearse, and how. */
export interface RehearsalOptions {
  /** The folder that `cdk synth` wrote. */
  readonly assembly: string;
  /** The app's folder. */
  readonly folder: string;
  /** The app's configuration. @default millrace.config.ts of `folder` */
  readonly config?: string;
  /** The batches to run. @default all that have a schedule or a trigger */
  readonly batches?: readonly string[];
  /** Whether to skip the steps that take minutes. @default false */
  readonly quick?: boolean;
  /** How many times faster than real time `rate(…)` schedules run. @default 15 */
  readonly speed?: number;
  /** Latency added to every Data API call, in milliseconds. @default 0 */
  readonly latencyMs?: number;
  /** How many lines of the files of batches are read; null reads all. @default 2000 */
  readonly rows?: number | null;
  /** How many functions the account may run at once. @default 10, if none are reserved */
  readonly quota?: number;
  /** The templates that are deployed now, to show what an update of them would do. */
  readonly previous?: string;
  /** The templates of the same app with the opposite of `retain`, whose deletion is shown too. */
  readonly otherRetention?: string;
  /** Maximum number of processes of one function at once. @default 2 */
  readonly processesMax?: number;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** Ends the rehearsal early and destroys the deployment. */
  readonly interrupted: AbortSignal;
  /** Called with each step when it has ended. */
  readonly onStep?: (step: StepReport) => void;
  /** The steps to run. @default the whole scenario */
  readonly steps?: readonly ScenarioStep[];
}

/** The options with their defaults filled in. */
type RehearsalSettings = RehearsalOptions &
  Required<Pick<RehearsalOptions, 'clock' | 'speed' | 'rows'>>;

/** Maximum duration of one batch, in milliseconds. */
const batchMsMax = 900_000;

/** One rehearsal: checks the templates, creates the resources, runs the scenario, and reports. */
export class RehearsalRun {
  readonly problems = new Problems();
  readonly #options: RehearsalSettings;
  readonly #app: LoadedConfig;
  readonly #steps: StepReport[] = [];
  readonly #startedAt: number;

  constructor(options: RehearsalSettings, app: LoadedConfig) {
    this.#options = options;
    this.#app = app;
    this.#startedAt = options.clock.now();
  }

  /** Runs the rehearsal, and destroys the deployment at its end. */
  async execute(deployment: Deployment): Promise<RehearsalReport> {
    try {
      const isValid = await this.#step('the templates are valid', async () => {
        return this.#check(deployment);
      });
      // What AWS would refuse is not deployed: every later step would fail for the same reason.
      if (isValid) {
        await this.#compare(deployment);
        await this.#deployAndRun(deployment);
      }
    } finally {
      await this.#step('the deployment is destroyed', async () => {
        await destroyDeployment(deployment);
        return 'no process is left';
      });
    }
    if (this.#options.interrupted.aborted) {
      throw new MillraceError('STOPPED', 'the rehearsal was interrupted and has no result');
    }
    const seconds = (this.#options.clock.now() - this.#startedAt) / 1_000;
    return makeReport(deployment, this.#steps, seconds);
  }

  #check({ resolution, access, usedStatements }: Deployment): string {
    const { quota } = this.#options;
    const found = checkAssembly(resolution, access, (used) => usedStatements.add(used), quota);
    if (found.length > 0) throw new Error(found.map(formatTemplateProblem).join('\n  '));
    return `${resolution.resources.length} resources`;
  }

  /** Shows what the templates change of others, without running any of them. */
  async #compare({ resolution }: Deployment): Promise<void> {
    const { previous, otherRetention } = this.#options;
    if (previous !== undefined) {
      await this.#step(`the stacks of ${previous} can be updated`, () =>
        rehearseUpdate(resolve(this.#options.folder, previous), resolution),
      );
    }
    if (otherRetention !== undefined) {
      await this.#step('the stacks can be deleted with the opposite of `retain`, too', async () =>
        rehearseDeletion(await resolveAssembly(otherRetention, resolution)),
      );
    }
  }

  async #deployAndRun(deployment: Deployment): Promise<void> {
    const isDeployed = await this.#step('every resource is created', async () => {
      await createResources(deployment);
      const { functions, pollers } = deployment;
      return `${functions.size} functions, ${pollers.size} event source mappings`;
    });
    if (!isDeployed) return;
    const context = await this.#createContext(deployment);
    const { steps, quick = false, interrupted, rows } = this.#options;
    try {
      if (steps === undefined && rows !== null) await shortenSources(context, rows);
      const scenario = steps ?? createScenario(context, quick);
      for await (const step of runSteps(context, scenario, interrupted)) this.#add(step);
    } finally {
      await context.close();
    }
  }

  async #createContext(deployment: Deployment): Promise<ScenarioContext> {
    const { config, folder, batches, clock, speed, interrupted } = this.#options;
    const description = await describeApp(config, folder);
    const triggered = description.batches.filter(
      ({ schedule, onObject }) => schedule !== undefined || onObject !== undefined,
    );
    return new ScenarioContext({
      deployment,
      app: this.#app,
      description,
      batches: batches ?? triggered.map(({ name }) => name),
      clock,
      speed,
      batchMsMax,
      interrupted,
    });
  }

  /** Runs a step outside of the scenario. Returns whether it passed. */
  async #step(name: string, work: () => Promise<string>): Promise<boolean> {
    const { clock } = this.#options;
    const startedAt = clock.now();
    const seconds = () => (clock.now() - startedAt) / 1_000;
    try {
      const reason = await work();
      this.#add({ name, verdict: 'passed', reason, seconds: seconds() });
      return true;
    } catch (error) {
      this.#add({ name, verdict: 'failed', reason: messageOf(error), seconds: seconds() });
      return false;
    }
  }

  #add(step: StepReport): void {
    this.#steps.push(step);
    this.#options.onStep?.(step);
  }
}
