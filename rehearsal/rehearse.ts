/**
 * The rehearsal: what was synthesised is deployed on this machine, the app's batches are run by
 * what would run them on AWS, and everything that was and was not shown is reported.
 */
import { resolve } from 'node:path';
import { machineClock } from '../lib/app/machine-clock.ts';
import { describeApp } from '../lib/config/describe-app.ts';
import { readEnv } from '../lib/config/env.ts';
import { type LoadedConfig, loadConfig } from '../lib/config/load-config.ts';
import { MillraceError, messageOf } from '../lib/errors.ts';
import type { Clock } from '../lib/ports/clock.ts';
import { Gate } from './aws-proxy/gate.ts';
import { checkAssembly } from './checks/check-assembly.ts';
import { findingText } from './checks/finding.ts';
import { Deployment } from './deployment/deployment.ts';
import { Troubles } from './deployment/troubles.ts';
import { makeReport } from './report/make-report.ts';
import type { RehearsalReport, StepReport } from './report/report.ts';
import { scenarioOf } from './scenario/scenario.ts';
import { ScenarioContext } from './scenario/scenario-world.ts';
import { runSteps, type Step } from './scenario/step.ts';
import { loadAssembly } from './template/assembly.ts';

/** What is rehearsed, and how. */
export interface RehearsalOptions {
  /** The folder of the templates, as `cdk synth` leaves it. */
  readonly assembly: string;
  /** The app's folder. */
  readonly folder: string;
  /** The app's configuration. @default millrace.config.ts of `folder` */
  readonly config?: string;
  /** The batches that are run. @default all that have a schedule or a trigger */
  readonly batches?: readonly string[];
  /** Whether the steps that take minutes are left out. @default false */
  readonly quick?: boolean;
  /** How much faster than on AWS the minutes of a schedule's rate go by. @default 15 */
  readonly speed?: number;
  /** What a call of the Data API takes beside its own time, in milliseconds. @default 0 */
  readonly latencyMs?: number;
  /** Processes of one function at once. @default 2 */
  readonly processesMax?: number;
  /** @default the machine's */
  readonly clock?: Clock;
  /** Ends the rehearsal early; everything is taken down. */
  readonly interrupted: AbortSignal;
  /** Told each step when it is over. */
  readonly onStep?: (step: StepReport) => void;
  /** The steps. @default the whole scenario */
  readonly steps?: readonly Step[];
}

/** What is not given. */
const rehearsalDefaults = Object.freeze({
  speed: 15,
  latencyMs: 0,
  processesMax: 2,
  clock: machineClock,
  batchMsMax: 300_000,
});

/**
 * Rehearses; throws what keeps it from beginning (no templates, no configuration), and STOPPED when
 * it was interrupted.
 */
export async function rehearse(options: RehearsalOptions): Promise<RehearsalReport> {
  const assembly = await loadAssembly(resolve(options.folder, options.assembly));
  const app = await loadConfig(options.config, options.folder);
  const gate = await Gate.listen();
  const run = new Run(options, app);
  try {
    const deployment = await Deployment.open(assembly, gate, run.troubles, {
      ...rehearsalDefaults,
      ...options,
      postgresUrl: readEnv().postgresUrl ?? null,
      secrets: [],
    });
    return await run.through(deployment);
  } finally {
    await gate.close();
  }
}

/** One rehearsal, as it goes on. */
class Run {
  readonly troubles = new Troubles();
  readonly #options: RehearsalOptions;
  readonly #app: LoadedConfig;
  readonly #steps: StepReport[] = [];
  readonly #clock: Clock;
  readonly #startedAt: number;

  constructor(options: RehearsalOptions, app: LoadedConfig) {
    this.#options = options;
    this.#app = app;
    this.#clock = options.clock ?? rehearsalDefaults.clock;
    this.#startedAt = this.#clock.now();
  }

  async through(deployment: Deployment): Promise<RehearsalReport> {
    try {
      const isSound = await this.#tell('the templates hold together', async () => {
        return this.#check(deployment);
      });
      // What AWS would refuse is not deployed: everything after it would fail of the same cause.
      if (isSound) await this.#play(deployment);
    } finally {
      await this.#tell('everything is taken down', async () => {
        await deployment.destroy();
        return 'no process is left';
      });
    }
    if (this.#options.interrupted.aborted) {
      throw new MillraceError('STOPPED', 'the rehearsal was interrupted: it shows nothing');
    }
    const seconds = (this.#clock.now() - this.#startedAt) / 1_000;
    return makeReport(deployment, this.#steps, seconds);
  }

  #check({ resolution, access, usedStatements }: Deployment): string {
    const findings = checkAssembly(resolution, access, (used) => usedStatements.add(used));
    if (findings.length > 0) throw new Error(findings.map(findingText).join('\n  '));
    return `${resolution.resources.length} resources`;
  }

  async #play(deployment: Deployment): Promise<void> {
    const isDeployed = await this.#tell('every resource is created', async () => {
      await deployment.create();
      return `${deployment.functions.size} functions, ${deployment.pollers.size} mappings`;
    });
    if (!isDeployed) return;
    const context = await this.#context(deployment);
    try {
      const steps = this.#options.steps ?? scenarioOf(context, this.#options.quick ?? false);
      for await (const step of runSteps(context, steps, this.#options.interrupted)) this.#add(step);
    } finally {
      await context.close();
    }
  }

  async #context(deployment: Deployment): Promise<ScenarioContext> {
    const { config, folder, batches, speed = rehearsalDefaults.speed } = this.#options;
    const description = await describeApp(config, folder);
    const triggered = description.batches.filter(
      ({ schedule, onObject }) => schedule !== undefined || onObject !== undefined,
    );
    return new ScenarioContext({
      deployment,
      app: this.#app,
      description,
      batches: batches ?? triggered.map(({ name }) => name),
      clock: this.#clock,
      speed,
      batchMsMax: rehearsalDefaults.batchMsMax,
      interrupted: this.#options.interrupted,
    });
  }

  /** Runs a step of the rehearsal's own; whether it passed. */
  async #tell(name: string, work: () => Promise<string>): Promise<boolean> {
    const startedAt = this.#clock.now();
    const seconds = () => (this.#clock.now() - startedAt) / 1_000;
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
