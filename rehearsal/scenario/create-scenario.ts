import { alarmStep } from './alarm-steps.ts';
import { apiAccessStep, apiRequestStep } from './api-steps.ts';
import {
  endEventsStep,
  faultsStep,
  type StartedBatch,
  scheduleStep,
  survivesFaultsStep,
} from './batch-steps.ts';
import { deletionStep, rollbackStep, updateStep } from './change-steps.ts';
import { hostedLoginStep, hostedPageStep, hostedRolesStep } from './hosted-steps.ts';
import { idleStep, sleepStep, wakeStep } from './idle-steps.ts';
import { laptopStep } from './laptop-steps.ts';
import { objectStep } from './object-steps.ts';
import { redriveStep, unrecognizedMessageStep } from './queue-steps.ts';
import { brokenReleaseStep, releaseStep } from './release-steps.ts';
import { resultsStep } from './result-steps.ts';
import type { ScenarioContext } from './scenario-context.ts';
import type { ScenarioStep } from './scenario-step.ts';
import { startStep } from './start-step.ts';
import { stepFunctionsStep } from './step-functions-steps.ts';
import { traceStep } from './trace-steps.ts';

/**
 * Creates the steps of a rehearsal in their order, for the batches that it runs.
 * @param quick leaves out what takes minutes: a batch during which functions are killed
 */
export function createScenario({ batches }: ScenarioContext, quick: boolean): ScenarioStep[] {
  const [first] = batches;
  const started: StartedBatch = { id: null };
  return [
    startStep,
    ...batches.map(scheduleStep),
    // The steps after it run while the leases of the killed functions expire.
    ...(quick || first === undefined ? [] : [faultsStep(first, started)]),
    ...batches.map(objectStep),
    ...batches.map(resultsStep),
    ...(first === undefined ? [] : [releaseStep(first)]),
    apiAccessStep,
    stepFunctionsStep,
    ...(first === undefined ? [] : [laptopStep(first)]),
    hostedPageStep,
    hostedLoginStep,
    hostedRolesStep,
    ...(quick || first === undefined ? [] : [survivesFaultsStep(first, started)]),
    endEventsStep,
    traceStep,
    alarmStep,
    // Nothing runs by now that a failing version would keep waiting.
    brokenReleaseStep,
    // The queues are empty only now: receiving takes no message away from a batch.
    redriveStep,
    unrecognizedMessageStep,
    idleStep,
    sleepStep,
    ...(first === undefined ? [] : [wakeStep(first), apiRequestStep(first)]),
    updateStep,
    rollbackStep,
    deletionStep,
  ];
}
