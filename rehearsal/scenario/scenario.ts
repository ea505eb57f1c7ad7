/** The steps of a rehearsal in their order, for what the app and its templates have. */
import { apiOrderStep, apiStep } from './api-steps.ts';
import {
  endsStep,
  faultsStep,
  outlivedStep,
  type StartedBatch,
  scheduleStep,
} from './batch-steps.ts';
import { idleStep, sleepStep, wakeStep } from './idle-steps.ts';
import { objectStep } from './object-steps.ts';
import { foreignStep, redriveStep } from './queue-steps.ts';
import type { ScenarioContext } from './scenario-world.ts';
import { startStep } from './start-steps.ts';
import type { Step } from './step.ts';

/**
 * The whole scenario.
 * @param quick without what takes minutes: a batch in whose midst functions are killed
 */
export function scenarioOf({ batches }: ScenarioContext, quick: boolean): Step[] {
  const [first] = batches;
  const begun: StartedBatch = { id: null };
  return [
    startStep,
    ...batches.map(scheduleStep),
    // The others run while the leases of what was killed run out.
    ...(quick || first === undefined ? [] : [faultsStep(first, begun)]),
    ...batches.map(objectStep),
    apiStep,
    ...(quick || first === undefined ? [] : [outlivedStep(first, begun)]),
    endsStep,
    // Only now the queues are empty: whoever receives takes nothing away from a batch.
    redriveStep,
    foreignStep,
    idleStep,
    sleepStep,
    ...(first === undefined ? [] : [wakeStep(first), apiOrderStep(first)]),
  ];
}
