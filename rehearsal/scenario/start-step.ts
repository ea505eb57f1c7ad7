import { stepFailure } from './scenario-context.ts';
import type { ScenarioStep } from './scenario-step.ts';

/** Checks that every function imports its handler within its memory and time. */
export const startStep: ScenarioStep = {
  name: 'every function starts and exports its handler',
  run: async ({ deployment }) => {
    const started: string[] = [];
    for (const { deployed, lambda, id } of deployment.functions.values()) {
      const error = await lambda.warm();
      if (error !== null) {
        throw stepFailure(`${id} did not start: ${error.errorType}: ${error.errorMessage}`);
      }
      const initMs = lambda.stats.initMs.at(-1) ?? 0;
      started.push(`${deployed.resource.logicalId} in ${Math.round(initMs)} ms`);
      deployment.coverage.record(id, 'started');
    }
    return started.join(', ');
  },
};
