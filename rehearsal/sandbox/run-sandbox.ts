import { messageOf } from '../../lib/errors.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import type { StepReport } from '../report/report.ts';
import type { SandboxCloud } from './sandbox-cloud.ts';
import { destroyStep, type SandboxStep, sandboxSteps } from './sandbox-steps.ts';

/** Options of {@link runSandbox}. */
export interface SandboxOptions {
  readonly cloud: SandboxCloud;
  /** The batch to run. */
  readonly batch: string;
  readonly clock: Clock;
  /** Whether everything stays, to look at it. */
  readonly keeps: boolean;
  /** Ends the evening early; everything is deleted first. */
  readonly interrupted: AbortSignal;
  readonly onStep: (step: StepReport) => void;
}

/** What the evening has shown. */
export interface SandboxReport {
  readonly facts: readonly string[];
  readonly steps: readonly StepReport[];
  readonly passed: boolean;
}

/**
 * Runs the steps one after the other. After one that fails, the rest is skipped, except the last,
 * which deletes everything.
 */
export async function runSandbox(options: SandboxOptions): Promise<SandboxReport> {
  const { cloud, keeps, interrupted, onStep } = options;
  const facts = await cloud.describe();
  const steps: StepReport[] = [];
  const add = (step: StepReport) => {
    steps.push(step);
    onStep(step);
  };
  for (const step of sandboxSteps) {
    const hasFailed = steps.some(({ verdict }) => verdict === 'failed');
    if (hasFailed) add(skipped(step, 'a step before it failed'));
    else if (interrupted.aborted) add(skipped(step, 'it was interrupted'));
    else add(await runStep(step, options));
  }
  add(keeps ? skipped(destroyStep, 'it is kept') : await runStep(destroyStep, options));
  const isComplete = !interrupted.aborted && steps.every(({ verdict }) => verdict !== 'failed');
  return { facts, steps, passed: isComplete };
}

function skipped({ name }: SandboxStep, reason: string): StepReport {
  return { name, verdict: 'skipped', reason, seconds: 0 };
}

async function runStep(
  { name, run }: SandboxStep,
  { cloud, batch, clock }: SandboxOptions,
): Promise<StepReport> {
  const startedAt = clock.now();
  const seconds = () => (clock.now() - startedAt) / 1_000;
  try {
    const seen = await run(cloud, batch);
    if (seen === null) return { name, verdict: 'skipped', reason: 'not configured', seconds: 0 };
    return { name, verdict: 'passed', reason: seen, seconds: seconds() };
  } catch (error) {
    return { name, verdict: 'failed', reason: messageOf(error), seconds: seconds() };
  }
}
