/** Steps about batches: how they begin, that they begin once, and what they come to. */
import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import { eventSource, eventTypes, type LeaderRequest } from '../../lib/config/event-names.ts';
import { putEvents } from '../sources/gate-client.ts';
import type { Resource } from '../template/assembly.ts';
import { makeFaults } from './fault-steps.ts';
import { differencesOf, figuresOf } from './figures.ts';
import { failed, type ScenarioContext } from './scenario-world.ts';
import type { Step } from './step.ts';

/** The schedule of a batch starts it, once, and it comes to what it comes to in one process. */
export function scheduleStep(name: string): Step {
  return {
    name: `the schedule of '${name}' runs it, once, to the figures of a run in one process`,
    obstacle: (context) =>
      scheduleOf(context, name) === undefined ? 'it has no schedule in the templates' : null,
    run: async (context) => {
      const schedule = scheduleOf(context, name);
      if (schedule === undefined) throw failed('it has no schedule in the templates');
      const before = await context.batchIds(name);
      const firedAt = Date.now();
      context.deployment.services.fire(schedule, firedAt);
      const id = await context.newBatch(name, before);
      const seen = await compare(context, name, id);
      context.deployment.services.fire(schedule, firedAt);
      await startedNothing(context, name, [...before, id]);
      return `${seen}; a second delivery of the same firing started nothing`;
    },
  };
}

/** An event on the bus starts a batch, in whose midst everything goes wrong that may. */
export function faultsStep(name: string, started: StartedBatch): Step {
  return {
    name: `an event on the bus starts '${name}', and faults befall it`,
    obstacle: (context) => (busOf(context) === undefined ? 'the templates have no bus' : null),
    run: async (context) => {
      const before = await context.batchIds(name);
      await requestBatch(context, name, randomUUID());
      started.id = await context.newBatch(name, before);
      return await makeFaults(context);
    },
  };
}

/** That batch comes to the same figures; it takes until the leases of what was killed run out. */
export function outlivedStep(name: string, started: StartedBatch): Step {
  return {
    name: `'${name}' outlives the faults, to the figures of a run in one process`,
    obstacle: () => (started.id === null ? 'it was not started' : null),
    run: (context) => compare(context, name, started.id ?? ''),
  };
}

/** A batch that one step starts and another waits for. */
export interface StartedBatch {
  id: string | null;
}

/** The ends of batches and executions are told on the bus. */
export const endsStep: Step = {
  name: 'the ends of batches and executions are events on the bus',
  obstacle: (context) => (busOf(context) === undefined ? 'the templates have no bus' : null),
  run: async (context) => {
    const { eventCounts } = context.deployment.services;
    const ids = (await Promise.all(context.batches.map((name) => context.batchIds(name)))).flat();
    const observer = await context.observer();
    const reports = await Promise.all(ids.map((id) => observer.report(id)));
    const ended = reports.filter(({ status }) => status !== 'RUNNING').length;
    const executions = reports.reduce((sum, each) => sum + each.succeeded + each.failed, 0);
    const told = eventCounts.get(eventTypes.batchEnded) ?? 0;
    const toldOfExecutions = eventCounts.get(eventTypes.executionEnded) ?? 0;
    if (told < ended) throw failed(`${told} events told of ${ended} batches that ended`);
    return `${told} of ${ended} batches, ${toldOfExecutions} of ${executions} executions`;
  },
};

/** Waits for a batch's end, and demands the figures of a run in one process. */
async function compare(context: ScenarioContext, name: string, id: string): Promise<string> {
  const [expected, report] = await Promise.all([context.expected(name), context.ended(id)]);
  const differences = differencesOf(expected, figuresOf(report));
  if (differences.length > 0) throw failed(`other figures: ${differences.join('; ')}`);
  const { status, total, succeeded, failed: bad, seconds } = report;
  return `${status}, ${succeeded} of ${total} succeeded, ${bad} failed, in ${seconds.toFixed(1)} s`;
}

/** Puts a request for a batch on the bus, as a program of the account would. */
export async function requestBatch(
  context: ScenarioContext,
  batch: string,
  id: string,
): Promise<void> {
  const bus = busOf(context);
  if (bus === undefined) throw failed('the templates have no bus');
  const answer = await putEvents(context.deployment.operator, [
    {
      EventBusName: context.deployment.resolution.nameOf(bus).ref,
      Source: eventSource,
      DetailType: eventTypes.batchRequested,
      Detail: JSON.stringify({ batch, id }),
    },
  ]);
  if (answer.error !== null) throw failed(`the bus refused the request: ${answer.message}`);
}

function busOf({ deployment }: ScenarioContext): Resource | undefined {
  return deployment.resolution.ofType('AWS::Events::EventBus')[0];
}

/** Waits until what was delivered is done with, and demands that no other batch is there. */
export async function startedNothing(
  context: ScenarioContext,
  name: string,
  known: readonly string[],
): Promise<void> {
  const { functions } = context.deployment;
  await context.until('all events are done with', 60_000, async () =>
    [...functions.values()].every(({ events }) => events.open === 0) ? true : null,
  );
  const fresh = (await context.batchIds(name)).filter((id) => !known.includes(id));
  if (fresh.length > 0) throw failed(`it was started again: ${fresh.join(', ')}`);
}

/** The schedule whose input orders this batch. */
function scheduleOf({ deployment }: ScenarioContext, name: string): Resource | undefined {
  return deployment.resolution.ofType('AWS::Scheduler::Schedule').find((schedule) => {
    const { Target } = deployment.resolution.propertiesOf(schedule);
    return orderOf(isObject(Target) ? Target : {})?.batch === name;
  });
}

function orderOf({ Input }: JsonObject): (LeaderRequest & { readonly kind: 'batch' }) | null {
  if (typeof Input !== 'string') return null;
  const order: LeaderRequest = JSON.parse(Input);
  return order.kind === 'batch' ? order : null;
}
