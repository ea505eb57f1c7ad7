/** Steps of a scenario, one after the other: each has a name, a verdict and a reason. */
import { messageOf } from '../../lib/errors.ts';
import type { StepReport } from '../report/report.ts';
import type { ScenarioContext } from './scenario-world.ts';

/** One step. */
export interface Step {
  /** A true sentence, if it passes. */
  readonly name: string;
  /** Why it cannot be tried with this app; null when it can. @default it can */
  readonly obstacle?: (context: ScenarioContext) => string | null;
  /** Tries it; what was seen. Throws why it failed. */
  readonly run: (context: ScenarioContext) => Promise<string>;
}

/** Runs steps in order; one that failed keeps no other from being tried. */
export async function* runSteps(
  context: ScenarioContext,
  steps: readonly Step[],
  interrupted: AbortSignal,
): AsyncGenerator<StepReport> {
  for (const step of steps) {
    if (interrupted.aborted) return;
    yield await runStep(context, step);
  }
}

async function runStep(
  context: ScenarioContext,
  { name, obstacle, run }: Step,
): Promise<StepReport> {
  const hindrance = obstacle?.(context) ?? null;
  if (hindrance !== null) return { name, verdict: 'skipped', reason: hindrance, seconds: 0 };
  const startedAt = context.clock.now();
  const seconds = () => (context.clock.now() - startedAt) / 1_000;
  try {
    const reason = await run(context);
    return { name, verdict: 'passed', reason, seconds: seconds() };
  } catch (error) {
    return { name, verdict: 'failed', reason: messageOf(error), seconds: seconds() };
  }
}
