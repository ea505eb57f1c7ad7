/** The step that looks at the deployment with `millrace dashboard`, as from a laptop. */
import { randomUUID } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import type { BatchReport } from '../../lib/operations/batches/batch-report.ts';
import { requireSameReport } from './batch-comparison.ts';
import { freeItems } from './database/used-items.ts';
import { findOutput, type LaptopDashboard, startLaptopDashboard } from './laptop-dashboard.ts';
import { uploadExcerpt } from './object-steps.ts';
import { type ScenarioContext, stepFailure, waitMsMax } from './scenario-context.ts';
import type { ScenarioStep } from './scenario-step.ts';

/**
 * Checks that the dashboard on a laptop starts a batch of the deployment, follows it, shows the
 * figures that the database has, and starts, pauses and resumes an order, with the stack's own
 * policy.
 */
export function laptopStep(batch: string): ScenarioStep {
  return {
    name: `millrace dashboard on a laptop runs '${batch}', follows it and pauses an order`,
    skipReason: ({ deployment }) =>
      findOutput(deployment, 'OperatorPolicyArn') === null
        ? 'the templates have no output OperatorPolicyArn'
        : null,
    run: async (context) => {
      const [scheduled] = (await context.batchIds(batch)).toReversed();
      const dashboard = await startLaptopDashboard(context);
      try {
        await checkApp(dashboard);
        const started = await runBatch(context, dashboard, batch);
        // The batch that the schedule has started is larger, and has failures.
        const id = scheduled ?? started.batchId;
        const report = await (await context.observer()).batches.report(id);
        const states = await checkFigures(dashboard, report);
        const ordered = await pauseOrder(context, dashboard, report);
        return `it ran ${started.total} executions; ${report.total} in ${states} states; ${ordered}`;
      } finally {
        await dashboard.close();
      }
    },
  };
}

/** Starts a batch, follows it to its end, and compares its result with that of one process. */
async function runBatch(
  context: ScenarioContext,
  dashboard: LaptopDashboard,
  name: string,
): Promise<BatchReport> {
  const excerpt = await uploadExcerpt(context, name);
  await freeItems(context, name);
  const id = await startBatch(context, dashboard, { name, source: excerpt?.source });
  const report = await context.waitForEnd(id);
  const expected = excerpt?.expected ?? (await context.expectedReport(name));
  requireSameReport(expected, report);
  return report;
}

async function checkApp({ call }: LaptopDashboard): Promise<void> {
  const { deployment, caller, role, can } = await call('GET', '/v1/app');
  const live = isObject(can) ? can.live : null;
  const found = [deployment, caller, role, live].join(' ');
  const expected = 'functions ada operator ask';
  if (found !== expected) throw stepFailure(`/v1/app says '${found}', expected '${expected}'`);
}

/** Starts a batch, and waits until every view shows it. A small one may have ended by then. */
async function startBatch(
  context: ScenarioContext,
  { call }: LaptopDashboard,
  { name, source }: { readonly name: string; readonly source: JsonObject | undefined },
): Promise<string> {
  const id = randomUUID();
  await call('POST', '/v1/batches', { name, id, ...(source && { source }) });
  await context.waitUntil('its executions are shown', waitMsMax, async () => {
    const { batches, queues } = await call('GET', '/v1/overview');
    const open = objects(batches).find((each) => each.id === id);
    const shown = open ?? (await call('GET', `/v1/batches/${id}`));
    const areSeen = objects(queues).every(({ depth }) => typeof depth === 'number');
    if (Number(shown.created ?? 0) > 0) return areSeen ? true : null;
    if (typeof shown.endedAt !== 'number') return null;
    throw stepFailure(`it ended ${String(shown.status)} without any: ${String(shown.reason)}`);
  });
  const { executions } = await call('GET', `/v1/executions?batchId=${id}&limit=5`);
  const [execution] = objects(executions);
  if (execution?.batchId !== id) throw stepFailure('the list of its executions has none of it');
  await call('GET', `/v1/executions/${encodeURIComponent(String(execution.id))}`);
  return id;
}

/** Compares what the dashboard shows of a batch that has ended with the batch's report. */
async function checkFigures({ call }: LaptopDashboard, report: BatchReport): Promise<number> {
  const id = report.batchId;
  const batch = await call('GET', `/v1/batches/${id}`);
  const graph = await call('GET', `/v1/machines/${String(batch.machineId)}/graph`);
  const counted = await call('GET', `/v1/batches/${id}/states`);
  const states = objects(counted.states);
  const failed = [batch.failed, batch.timedOut, batch.aborted].map(Number);
  const found = {
    status: batch.status,
    created: batch.created,
    succeeded: batch.succeeded,
    failed: failed.reduce((sum, each) => sum + each, 0),
    standing: sum(states, 'current'),
    failedInStates: sum(states, 'failed'),
    unknownStates: states.filter(({ name }) => !objects(graph.states).some((s) => s.name === name))
      .length,
  };
  const expected = {
    status: report.status,
    created: report.total,
    succeeded: report.succeeded,
    failed: report.failed,
    standing: 0,
    failedInStates: report.failed,
    unknownStates: 0,
  };
  const [shown, known] = [JSON.stringify(found), JSON.stringify(expected)];
  if (shown !== known) throw stepFailure(`the dashboard shows ${shown}, expected ${known}`);
  return states.length;
}

/** The largest number of executions that the order redrives. */
const redrivenMax = 20;

/**
 * Redrives a few failed executions by an order of one in a second, pauses it at once, and lets the
 * leader carry out the rest.
 */
async function pauseOrder(
  context: ScenarioContext,
  { call }: LaptopDashboard,
  { batchId, archived }: BatchReport,
): Promise<string> {
  if (archived === 0) return 'nothing failed, so there was nothing to redrive';
  const order = { action: 'redrive', over: { archive: { batchId } } };
  const { matching } = await call('POST', '/v1/orders', { ...order, dryRun: true });
  if (matching !== archived) {
    throw stepFailure(`the dry run matches ${String(matching)}, and ${archived} are archived`);
  }
  const { orderId } = await call('POST', '/v1/orders', {
    ...order,
    expect: archived,
    perSecond: 1,
    limit: redrivenMax,
  });
  const path = `/v1/orders/${String(orderId)}`;
  const paused = await pauseOrderAt(path, call);
  if (paused !== null) await call('POST', `${path}/resume`, { perSecond: 100 });
  const { by, done } = await context.waitUntil(
    'the leader has carried the order out',
    waitMsMax,
    () => findDoneOrder(path, call),
  );
  const expected = Math.min(archived, redrivenMax);
  if (by !== 'ada' || done !== expected) {
    throw stepFailure(`the order of ${String(by)} redrove ${String(done)} of ${expected}`);
  }
  const when =
    paused === null ? 'was done before it could be paused' : `was paused after ${paused}`;
  return `an order over ${expected} ${when}`;
}

/** Returns how much of an order was done when it was paused; null when all of it was. */
async function pauseOrderAt(path: string, call: LaptopDashboard['call']): Promise<number | null> {
  try {
    await call('POST', `${path}/pause`, { reason: 'the rehearsal looks at it' });
  } catch (error) {
    if ((await findDoneOrder(path, call)) !== null) return null;
    throw error;
  }
  const { status, done } = await call('GET', path);
  if (status !== 'PAUSED') throw stepFailure(`a paused order is ${String(status)}`);
  return Number(done);
}

async function findDoneOrder(
  path: string,
  call: LaptopDashboard['call'],
): Promise<JsonObject | null> {
  const order = await call('GET', path);
  if (order.status === 'DONE') return order;
  if (typeof order.endedAt !== 'number') return null;
  throw stepFailure(`the order ended ${String(order.status)}: ${String(order.outcome)}`);
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function sum(states: readonly JsonObject[], field: string): number {
  return states.reduce((total, state) => total + Number(state[field]), 0);
}
