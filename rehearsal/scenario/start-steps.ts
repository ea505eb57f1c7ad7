/** The steps before anything is asked of the deployment: its functions come up. */
import { failed } from './scenario-world.ts';
import type { Step } from './step.ts';

/** Every function imports its handler, within its memory and time. */
export const startStep: Step = {
  name: 'every function starts, and exports its handler',
  run: async ({ deployment }) => {
    const started: string[] = [];
    for (const { deployed, lambda, id } of deployment.functions.values()) {
      const error = await lambda.warm();
      if (error !== null) {
        throw failed(`${id} did not start: ${error.errorType}: ${error.errorMessage}`);
      }
      const readyMs = lambda.figures.initMs.at(-1) ?? 0;
      started.push(`${deployed.resource.logicalId} in ${Math.round(readyMs)} ms`);
      deployment.evidence.note(id, 'started');
    }
    return started.join(', ');
  },
};
