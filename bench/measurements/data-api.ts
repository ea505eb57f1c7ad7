/**
 * What a batch costs over the RDS Data API: calls for 1,000 executions, all of them counted from
 * the recorded batch to its end, and executions a second of one worker that is handed 100 messages
 * at a time, as Lambda does. The API is `data-api-server`, each call 30 ms slower than PostgreSQL.
 */

import { createLeaderRoles } from '../../lib/app/compose/create-roles.ts';
import { parseDefinition } from '../../lib/asl/parse.ts';
import type { Handlers } from '../../lib/drivers/handlers/handler.ts';
import { HandlerInvoker } from '../../lib/drivers/handlers/handler-invoker.ts';
import { openRdsDataStore } from '../../lib/drivers/rds-data/rds-data-store.ts';
import { noMetrics } from '../../lib/drivers/system/no-metrics.ts';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import type { AppContext } from '../../lib/operations/app-context.ts';
import { createExecutor, createMachineCatalog } from '../../lib/operations/create-executor.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { Dispatcher } from '../../lib/roles/delivery/dispatcher.ts';
import { EventWorker } from '../../lib/roles/event-worker.ts';
import { startDataApiServer } from '../../rehearsal/data-api-server/server.ts';
import { type Bench, type Figure, figureOf, type Measurement, median } from '../measurement.ts';
import { newContext } from '../new-world.ts';
import { checkAllSucceeded } from '../prepared-batch.ts';
import { definition, handlers, inputOf, machineId } from '../three-tasks.ts';

const latencyMs = 30;
const lot = 100;
/** Longer than any lot takes, in milliseconds. */
const remainingMs = 60_000;

/** Handlers that call something: each answer takes between 50 and 150 ms. */
const callingHandlers: Handlers = {
  work: async (order: object) => {
    await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 100));
    return { ...order, checked: true };
  },
};

/** See this file's head. */
export const dataApi: Measurement = {
  name: 'data-api',
  about: 'a batch of the 3-task machine over the RDS Data API: its calls, and its pace',

  async measure(bench) {
    const executions = bench.quick ? 1_000 : 5_000;
    const count = bench.quick ? 1 : 3;
    const atOnce = await rounds(bench, count, executions, 'at once', handlers);
    const calling = await rounds(bench, count, executions, 'in 50 to 150 ms', callingHandlers);
    return [...figuresOf(atOnce, executions), ...figuresOf(calling, executions)];
  },
};

interface Round {
  readonly label: string;
  readonly leaderCalls: number;
  readonly workerCalls: number;
  readonly meteredUnits: number;
  readonly workerSeconds: number;
}

async function rounds(
  bench: Bench,
  count: number,
  executions: number,
  label: string,
  work: Handlers,
): Promise<Round[]> {
  const done: Round[] = [];
  for (let index = 0; index < count; index += 1) {
    const round = await runBatch(bench, executions, label, work);
    const { leaderCalls, workerCalls, workerSeconds } = round;
    bench.say(
      `handlers that answer ${label}: ${leaderCalls} + ${workerCalls} calls, ` +
        `${Math.round(executions / workerSeconds)} executions/s`,
    );
    done.push(round);
  }
  return done;
}

async function runBatch(
  { databases }: Bench,
  executions: number,
  label: string,
  work: Handlers,
): Promise<Round> {
  const database = await databases.createDatabase();
  const server = await startDataApiServer({ postgresUrl: database.url });
  process.env.AWS_ACCESS_KEY_ID ??= 'local';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'local';
  const { url: endpoint, clusterArn, secretArn } = server;
  const place = { endpoint, clusterArn, secretArn, database: server.database };
  const store = openRdsDataStore({ ...place, clock: systemClock });
  try {
    await store.migrate();
    const batchId = await recordBatch(store, executions);
    server.setLatency(latencyMs);
    const context = { ...newContext(store) };
    const counted = countFrom(() => server.requests.ExecuteStatement);
    const unitsBefore = server.traffic.meteredUnits;
    const { leader } = createLeaderRoles(context);
    await leader.tick(new AbortController().signal);
    const fanOutCalls = counted();
    const startedAt = performance.now();
    await workOff({ ...context, invoker: new HandlerInvoker(work, context.logger) });
    const workerSeconds = (performance.now() - startedAt) / 1_000;
    const workerCalls = counted();
    await leader.tick(new AbortController().signal);
    const leaderCalls = fanOutCalls + counted();
    const meteredUnits = server.traffic.meteredUnits - unitsBefore;
    await checkAllSucceeded(store, batchId, executions);
    if ((await store.getBatch(batchId))?.status !== 'SUCCEEDED') throw new Error('not ended');
    return { label, leaderCalls, workerCalls, meteredUnits, workerSeconds };
  } finally {
    await store.close();
    await server.close();
    await database.drop();
  }
}

/** Calls since the last look. */
function countFrom(read: () => number): () => number {
  let seen = read();
  return () => {
    const before = seen;
    seen = read();
    return seen - before;
  };
}

async function recordBatch(store: Store, executions: number): Promise<string> {
  const source = parseDefinition(JSON.stringify(definition), { source: machineId });
  const { version } = await store.putMachine(machineId, 'STANDARD', JSON.stringify(source));
  const items = Array.from({ length: executions }, (_, index) => inputOf(index));
  const { id } = await store.createBatch({
    ...{ id: 'data-api', name: machineId, machineId, machineVersion: version },
    source: JSON.stringify({ kind: 'items', items }),
    options: JSON.stringify({ retriesMax: 0 }),
  });
  return id;
}

/** Hands the queue's messages to a worker, a lot at a time, until there are none. */
async function workOff(context: AppContext): Promise<void> {
  const machines = createMachineCatalog(context);
  const worker = new EventWorker({
    ...context,
    dispatcher: new Dispatcher({ ...context, metrics: noMetrics }),
    createExecutor: () => createExecutor(context, { machines }),
  });
  const request = { queues: ['default'], max: lot, visibilityMs: remainingMs, waitMs: 0 };
  for (;;) {
    const deliveries = await context.broker.receive(request);
    if (deliveries.length === 0) return;
    const again = await worker.work(deliveries, remainingMs);
    if (again.length > 0) throw new Error(`${again.length} executions were not worked off`);
    await context.broker.acknowledge(deliveries);
  }
}

function figuresOf(done: readonly Round[], executions: number): Figure[] {
  const per1000 = (calls: number) => (calls * 1_000) / executions;
  const label = `handlers that answer ${done[0]?.label}`;
  const knobs = { executions, lot, latencyMs };
  const over = (value: (round: Round) => number) => done.map(value);
  const isFirst = done[0]?.label === 'at once';
  return [
    figureOf(
      over(({ leaderCalls, workerCalls }) => per1000(leaderCalls + workerCalls)),
      {
        ...{ label, unit: 'calls/1,000 executions', knobs },
        ...(isFirst && { target: { atMost: 60 } }),
        beside: {
          leaderCallsPer1000: median(over((round) => per1000(round.leaderCalls))),
          workerCallsPer1000: median(over((round) => per1000(round.workerCalls))),
          meteredUnitsPer1000: median(over((round) => per1000(round.meteredUnits))),
        },
      },
    ),
    figureOf(
      over(({ workerSeconds }) => executions / workerSeconds),
      { label: `${label}: one worker`, unit: 'executions/s', knobs },
    ),
  ];
}
