/** Steps in which functions that run get new code: at once, or by a shift of their alias. */
import { usesDatabase } from '../checks/check-schema-order.ts';
import { TrafficShift } from '../cloudformation/traffic-shift.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { AliasRelease } from '../deployment/function-releases.ts';
import type { RunningFunction } from '../deployment/running-function.ts';
import type { LambdaFunction } from '../runtime/lambda-function.ts';
import { isAlarming } from '../services/metric-alarm.ts';
import { urlEvent } from './api-call.ts';
import { findAppQueues, findWorkers } from './app-roles.ts';
import { requireSameReport } from './batch-comparison.ts';
import { NextCodes } from './next-code.ts';
import { startSmallBatch } from './object-steps.ts';
import { type ScenarioContext, stepFailure, waitMsMax } from './scenario-context.ts';
import type { ScenarioStep } from './scenario-step.ts';

/** How often an alias is invoked to see how it divides its invocations. */
const probes = 20;

/** Checks that a new version which fails is taken back by its alarm, having failed a tenth. */
export const brokenReleaseStep: ScenarioStep = {
  name: 'a version that fails gets its part of the invocations, and an alarm takes it back',
  skipReason: (context) => {
    return findShifted(context).length > 0 ? null : 'no alias shifts: see deployment.canary';
  },
  run: async (context) => {
    // A message that is left would be counted as an invocation of the failing version.
    await context.waitUntil('the workers are done', waitMsMax, async () =>
      areWorkersDone(context.deployment) ? true : null,
    );
    return await withNextCode(context, async (codes) => {
      const seen: string[] = [];
      for (const each of findShifted(context)) {
        const next = each.publish(await codes.copy(each.deployed.definition, 'broken'));
        await context.deployment.problems.tolerating(['function'], () =>
          expectTakenBack(context, each, next),
        );
        seen.push(`${each.deployed.resource.logicalId} ${next.stats.errors} of ${probes}`);
      }
      return `failed, and then taken back: ${seen.join(', ')}`;
    });
  },
};

/** Whether no worker runs, and no message waits for one. Those of killed workers stay in flight. */
function areWorkersDone(deployment: Deployment): boolean {
  const { backends, resolution } = deployment;
  if (findWorkers(deployment).some(({ lambda }) => lambda.running > 0)) return false;
  return findAppQueues(deployment).every(({ queue }) => {
    const { QueueName = '' } = resolution.nameOf(queue).attributes;
    const { ready = [], delayed = [] } = backends.fauxqs.inspectQueue(QueueName)?.messages ?? {};
    return ready.length + delayed.length === 0;
  });
}

async function expectTakenBack(
  context: ScenarioContext,
  target: RunningFunction,
  next: LambdaFunction,
): Promise<void> {
  const { coverage } = context.deployment;
  const shift = startShift(context, target, next);
  await probe(context, target);
  const { percent } = requireShift(target).plan;
  const expected = (probes * percent) / 100;
  if (next.stats.errors !== expected) {
    throw stepFailure(`${target.id}: ${next.stats.errors} of ${probes} failed, not ${expected}`);
  }
  const state = shift.passMinute();
  if (state !== 'taken back') throw stepFailure(`${target.id}: its failing version is ${state}`);
  const failed = await probe(context, target);
  if (failed > 0) throw stepFailure(`${target.id}: ${failed} invocations failed after that`);
  const { group, alarms } = requireShift(target);
  for (const { id } of alarms) coverage.record(id, 'went off, as a new version failed');
  coverage.record(group.id, 'took a failing version back');
  await next.stop();
}

/** Checks that work goes on while every function of the app gets new code. */
export function releaseStep(batch: string): ScenarioStep {
  return {
    name: `every function gets new code while '${batch}' runs, with the same result`,
    skipReason: ({ deployment }) => {
      return deployment.functions.size > 0 ? null : 'the templates have no function';
    },
    run: (context) =>
      withNextCode(context, async (codes) => {
        const targets = [...context.deployment.functions.values()].filter(({ deployed }) =>
          usesDatabase(deployed.resource),
        );
        const before = await context.batchIds(batch);
        const expected = await startSmallBatch(context, batch);
        const id = await context.waitForNewBatch(batch, before);
        const shifts = await Promise.all(targets.map((each) => release(context, each, codes)));
        const report = await context.waitForEnd(id);
        requireSameReport(expected, report);
        const shares = await Promise.all(
          shifts.flatMap((each) => (each === null ? [] : [completeShift(context, each)])),
        );
        const shifted = shares.length === 0 ? '' : `; at first ${shares.join(', ')}`;
        return `${targets.length} functions during ${report.total} executions${shifted}`;
      }),
  };
}

/** A shift that has begun. */
interface BegunShift {
  readonly target: RunningFunction;
  readonly next: LambdaFunction;
  readonly shift: TrafficShift<LambdaFunction>;
}

/** Gives a function new code; null if all of its callers get it at once. */
async function release(
  context: ScenarioContext,
  target: RunningFunction,
  codes: NextCodes,
): Promise<BegunShift | null> {
  const { lambda } = target;
  const definition = await codes.copy(lambda.definition, 'changed');
  if (target.release?.shift == null) {
    await lambda.update(definition);
    context.deployment.coverage.record(target.id, 'got new code while it was in use');
    return null;
  }
  const next = target.publish(definition);
  return { target, next, shift: startShift(context, target, next) };
}

/** Lets the minutes of a shift pass. Returns how the invocations were divided. */
async function completeShift(
  context: ScenarioContext,
  { target, next, shift }: BegunShift,
): Promise<string> {
  const old = target.lambda;
  await probe(context, target);
  const { all = 0, next: first = 0 } = target.alias?.divided ?? {};
  if (first === 0) {
    throw stepFailure(`${target.id}: its new version got none of ${all} invocations`);
  }
  // A batch of a queue may still be running in it.
  await context.waitUntil(`the new version of ${target.id} has answered`, waitMsMax, async () =>
    next.stats.invocations > 0 ? true : null,
  );
  const state = shift.passAll();
  if (state !== 'completed') throw stepFailure(`${target.id}: its new version was ${state}`);
  // What it has begun ends with its code.
  await old.retire();
  const { throttles } = old.stats;
  await probe(context, target);
  if (old.stats.throttles > throttles) {
    throw stepFailure(`${target.id}: its old version still gets invocations`);
  }
  const { coverage } = context.deployment;
  coverage.record(requireShift(target).group.id, 'shifted the alias to a new version');
  coverage.record(target.release?.alias.id ?? '', 'named the new version');
  return `${first} of ${all} invocations of ${target.deployed.resource.logicalId}`;
}

/** Invokes an alias as its callers do, with nothing to do. Returns how many invocations failed. */
async function probe(context: ScenarioContext, target: RunningFunction): Promise<number> {
  const { account } = context.deployment.resolution.environment;
  const call = { method: 'GET', path: '/v1/queues', headers: {}, body: undefined };
  const hasUrl = context.deployment.resolution
    .ofType('AWS::Lambda::Url')
    .map((url) => String(context.deployment.resolution.propertiesOf(url).TargetFunctionArn))
    .includes(target.deployed.definition.arn);
  const payload = JSON.stringify(hasUrl ? urlEvent(call, account) : { Records: [] });
  let failed = 0;
  for (let count = 0; count < probes; count += 1) {
    const { kind } = await target.invoke(payload, 'invocations of its alias');
    if (kind === 'failed') failed += 1;
  }
  return failed;
}

function startShift(
  { deployment }: ScenarioContext,
  target: RunningFunction,
  next: LambdaFunction,
): TrafficShift<LambdaFunction> {
  const { alias } = target;
  if (alias === null) throw stepFailure(`${target.id} has no alias`);
  const { plan, alarms } = requireShift(target);
  const before = alias.counts;
  return new TrafficShift({
    alias,
    next,
    plan,
    isAlarming: () => {
      const { invocations, errors } = alias.counts;
      const counts = {
        Invocations: invocations - before.invocations,
        Errors: errors - before.errors,
      };
      return alarms.some((each) => isAlarming(deployment.resolution.propertiesOf(each), counts));
    },
  });
}

function findShifted({ deployment }: ScenarioContext): RunningFunction[] {
  return [...deployment.functions.values()].filter(({ release }) => release?.shift != null);
}

function requireShift({ id, release }: RunningFunction): NonNullable<AliasRelease['shift']> {
  if (release?.shift != null) return release.shift;
  throw stepFailure(`the alias of ${id} does not shift`);
}

async function withNextCode(
  { deployment }: ScenarioContext,
  work: (codes: NextCodes) => Promise<string>,
): Promise<string> {
  const codes = await NextCodes.open();
  // Processes of the new code run until the deployment is destroyed.
  deployment.cleanups.push(() => codes.remove());
  return await work(codes);
}
