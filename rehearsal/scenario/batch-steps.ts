/** Steps that start batches by a schedule and by an event, and compare their results. */
import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import { eventSource, eventTypes, type LeaderRequest } from '../../lib/config/event-names.ts';
import { publishEvents } from '../aws-proxy/proxy-client.ts';
import type { Resource } from '../template/assembly.ts';
import { requireSameReport } from './batch-comparison.ts';
import { freeItems } from './database/used-items.ts';
import { injectFaults } from './inject-faults.ts';
import { type ScenarioContext, stepFailure, waitMsMax } from './scenario-context.ts';
import type { ScenarioStep } from './scenario-step.ts';

const noSchedule = 'it has no schedule in the templates';
const noBus = 'the templates have no event bus';

/** Checks that the schedule of a batch starts it once, with the result of a run in one process. */
export function scheduleStep(name: string): ScenarioStep {
  return {
    name: `the schedule of '${name}' runs it once, with the same result as in one process`,
    skipReason: (context) => (findSchedule(context, name) === undefined ? noSchedule : null),
    run: async (context) => {
      const schedule = findSchedule(context, name);
      if (schedule === undefined) throw stepFailure(noSchedule);
      await freeItems(context, name);
      const before = await context.batchIds(name);
      const firedAt = Date.now();
      context.deployment.eventBridge.fireResource(schedule, firedAt);
      const id = await context.waitForNewBatch(name, before);
      const result = await expectSameReport(context, name, id);
      context.deployment.eventBridge.fireResource(schedule, firedAt);
      await expectNoNewBatch(context, name, [...before, id]);
      return `${result}; a second delivery of the same firing started nothing`;
    },
  };
}

/** A batch that one step starts and another waits for. */
export interface StartedBatch {
  id: string | null;
}

/** Starts a batch by an event on the bus, and injects faults while it runs. */
export function faultsStep(name: string, started: StartedBatch): ScenarioStep {
  return {
    name: `an event on the bus starts '${name}', and faults are injected`,
    skipReason: (context) => (findBus(context) === undefined ? noBus : null),
    run: async (context) => {
      const before = await context.batchIds(name);
      await requestBatch(context, name, randomUUID());
      started.id = await context.waitForNewBatch(name, before);
      return await injectFaults(context);
    },
  };
}

/**
 * Checks that the batch of {@link faultsStep} has the result of a run in one process. Takes until
 * the leases of the killed functions expire.
 */
export function survivesFaultsStep(name: string, started: StartedBatch): ScenarioStep {
  return {
    name: `'${name}' survives the faults, with the same result as in one process`,
    skipReason: () => (started.id === null ? 'it was not started' : null),
    run: (context) => expectSameReport(context, name, started.id ?? ''),
  };
}

/** Checks that the ends of batches and executions are published on the bus. */
export const endEventsStep: ScenarioStep = {
  name: 'the ends of batches and executions are published on the bus',
  skipReason: (context) => (findBus(context) === undefined ? noBus : null),
  run: async (context) => {
    const { eventCounts } = context.deployment.eventBridge;
    const ids = (await Promise.all(context.batches.map((name) => context.batchIds(name)))).flat();
    const observer = await context.observer();
    const reports = await Promise.all(ids.map((id) => observer.batches.report(id)));
    const ended = reports.filter(({ status }) => status !== 'RUNNING').length;
    const executions = reports.reduce((sum, each) => sum + each.succeeded + each.failed, 0);
    // The leader records an end first, and publishes it then.
    const batchEvents = await context.waitUntil(
      `${ended} ends are published`,
      waitMsMax,
      async () => {
        const published = eventCounts.get(eventTypes.batchEnded) ?? 0;
        return published < ended ? null : published;
      },
    );
    const executionEvents = eventCounts.get(eventTypes.executionEnded) ?? 0;
    return `${batchEvents} of ${ended} batches, ${executionEvents} of ${executions} executions`;
  },
};

/** Waits for the end of a batch, and expects the result of a run in one process. */
async function expectSameReport(
  context: ScenarioContext,
  name: string,
  id: string,
): Promise<string> {
  const [expected, report] = await Promise.all([
    context.expectedReport(name),
    context.waitForEnd(id),
  ]);
  requireSameReport(expected, report);
  const { status, total, succeeded, failed, seconds } = report;
  return `${status}, ${succeeded} of ${total} succeeded, ${failed} failed, in ${seconds.toFixed(1)} s`;
}

/** Requests a batch by an event on the bus, as another program of the account would. */
export async function requestBatch(
  context: ScenarioContext,
  batch: string,
  id: string,
): Promise<void> {
  const bus = findBus(context);
  if (bus === undefined) throw stepFailure(noBus);
  await freeItems(context, batch);
  const answer = await publishEvents(context.deployment.operator, [
    {
      EventBusName: context.deployment.resolution.nameOf(bus).ref,
      Source: eventSource,
      DetailType: eventTypes.batchRequested,
      Detail: JSON.stringify({ batch, id }),
    },
  ]);
  if (answer.error !== null) throw stepFailure(`the bus refused the request: ${answer.message}`);
}

/** Waits until all delivered events are processed, and expects only the batches in `known`. */
export async function expectNoNewBatch(
  context: ScenarioContext,
  name: string,
  known: readonly string[],
): Promise<void> {
  await context.waitUntil('all events are processed', waitMsMax, async () =>
    [...context.deployment.functions.values()].every(({ events }) => events.open === 0)
      ? true
      : null,
  );
  const started = (await context.batchIds(name)).filter((id) => !known.includes(id));
  if (started.length > 0) throw stepFailure(`it was started again: ${started.join(', ')}`);
}

function findBus({ deployment }: ScenarioContext): Resource | undefined {
  return deployment.resolution.ofType('AWS::Events::EventBus')[0];
}

/** Finds the schedule whose input requests this batch. */
function findSchedule({ deployment }: ScenarioContext, name: string): Resource | undefined {
  return deployment.resolution.ofType('AWS::Scheduler::Schedule').find((schedule) => {
    const { Target } = deployment.resolution.propertiesOf(schedule);
    return requestedBatch(isObject(Target) ? Target : {}) === name;
  });
}

function requestedBatch({ Input }: JsonObject): string | null {
  if (typeof Input !== 'string') return null;
  const request: LeaderRequest = JSON.parse(Input);
  return request.kind === 'batch' ? request.batch : null;
}
