import { messageOf } from '../../lib/errors.ts';
import type { StepReport } from '../report/report.ts';
import type { ScenarioContext } from './scenario-context.ts';

/** One step of a scenario. */
export interface ScenarioStep {
  /** A sentence that is true if the step passes. */
  readonly name: string;
  /** Returns why this app cannot run the step; null when it can. @default it can */
  readonly skipReason?: (context: ScenarioContext) => string | null;
  /** Runs the step and returns what was observed. Throws why the step failed. */
  readonly run: (context: ScenarioContext) => Promise<string>;
}

/** Runs steps in order; a step that fails does not keep the others from running. */
export async function* runSteps(
  context: ScenarioContext,
  steps: readonly ScenarioStep[],
  interrupted: AbortSignal,
): AsyncGenerator<StepReport> {
  for (const step of steps) {
    if (interrupted.aborted) return;
    yield await runStep(context, step);
  }
}

async function runStep(
  context: ScenarioContext,
  { name, skipReason, run }: ScenarioStep,
): Promise<StepReport> {
  const skipped = skipReason?.(context) ?? null;
  if (skipped !== null) return { name, verdict: 'skipped', reason: skipped, seconds: 0 };
  const startedAt = context.clock.now();
  const seconds = () => (context.clock.now() - startedAt) / 1_000;
  try {
    const reason = await run(context);
    return { name, verdict: 'passed', reason, seconds: seconds() };
  } catch (error) {
    return { name, verdict: 'failed', reason: messageOf(error), seconds: seconds() };
  }
}
