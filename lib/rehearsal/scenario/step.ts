/** Steps of a scenario, one after the other: each has a name, a verdict and a reason. */
import { messageOf } from '../../errors.ts';
import type { StepReport } from '../report/report.ts';
import type { ScenarioWorld } from './scenario-world.ts';

/** One step. */
export interface Step {
  /** A true sentence, if it passes. */
  readonly name: string;
  /** Why it cannot be tried with this app; null when it can. @default it can */
  readonly obstacle?: (world: ScenarioWorld) => string | null;
  /** Tries it; what was seen. Throws why it failed. */
  readonly run: (world: ScenarioWorld) => Promise<string>;
}

/** Runs steps in order; one that failed keeps no other from being tried. */
export async function* runSteps(
  world: ScenarioWorld,
  steps: readonly Step[],
  interrupted: AbortSignal,
): AsyncGenerator<StepReport> {
  for (const step of steps) {
    if (interrupted.aborted) return;
    yield await runStep(world, step);
  }
}

async function runStep(world: ScenarioWorld, { name, obstacle, run }: Step): Promise<StepReport> {
  const hindrance = obstacle?.(world) ?? null;
  if (hindrance !== null) return { name, verdict: 'skipped', reason: hindrance, seconds: 0 };
  const startedAt = world.clock.now();
  const seconds = () => (world.clock.now() - startedAt) / 1_000;
  try {
    const reason = await run(world);
    return { name, verdict: 'passed', reason, seconds: seconds() };
  } catch (error) {
    return { name, verdict: 'failed', reason: messageOf(error), seconds: seconds() };
  }
}
