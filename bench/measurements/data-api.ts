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
import { createBenchContext } from '../bench-context.ts';
import { type Bench, type Figure, type Measurement, median, toFigure } from '../measurement.ts';
import { checkAllSucceeded } from '../prepared-batch.ts';
import { createInput, definition, handlers, machineId } from '../three-tasks.ts';

const latencyMs = 30;
/** Messages of one invocation. */
const lot = 100;
/** Remaining time of an invocation, in milliseconds: more than any takes. */
const remainingMs = 60_000;

/** Handlers that simulate a remote call: each returns after 50 to 150 ms. */
const callingHandlers: Handlers = {
  work: async (order: object) => {
    await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 100));
    return { ...order, checked: true };
  },
};

/**
 * Measures the cost of a batch over the RDS Data API: calls per 1,000 executions, from the recorded
 * batch to its end, and executions a second of one worker that receives 100 messages at a time, as
 * a Lambda function does. The API is `data-api-server` with 30 ms of latency added to each call.
 */
export const dataApi: Measurement = {
  name: 'data-api',
  about: 'a batch of the 3-task machine over the RDS Data API: its calls, and its pace',

  async measure(bench) {
    const executions = bench.quick ? 1_000 : 5_000;
    const count = bench.quick ? 1 : 3;
    const immediate = await measureRounds(bench, count, executions, 'at once', handlers);
    const calling = await measureRounds(
      bench,
      count,
      executions,
      'in 50 to 150 ms',
      callingHandlers,
    );
    return [...createFigures(immediate, executions), ...createFigures(calling, executions)];
  },
};

interface Round {
  readonly label: string;
  readonly leaderCalls: number;
  readonly workerCalls: number;
  readonly meteredUnits: number;
  readonly workerSeconds: number;
}

async function measureRounds(
  bench: Bench,
  count: number,
  executions: number,
  label: string,
  roundHandlers: Handlers,
): Promise<Round[]> {
  const rounds: Round[] = [];
  for (let index = 0; index < count; index += 1) {
    const round = await runBatch(bench, executions, label, roundHandlers);
    const { leaderCalls, workerCalls, workerSeconds } = round;
    bench.log(
      `handlers that answer ${label}: ${leaderCalls} + ${workerCalls} calls, ` +
        `${Math.round(executions / workerSeconds)} executions/s`,
    );
    rounds.push(round);
  }
  return rounds;
}

async function runBatch(
  { databases }: Bench,
  executions: number,
  label: string,
  roundHandlers: Handlers,
): Promise<Round> {
  const database = await databases.createDatabase();
  const server = await startDataApiServer({ postgresUrl: database.url });
  process.env.AWS_ACCESS_KEY_ID ??= 'local';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'local';
  const { url: endpoint, clusterArn, secretArn } = server;
  const store = openRdsDataStore({
    endpoint,
    clusterArn,
    secretArn,
    database: server.database,
    clock: systemClock,
  });
  try {
    await store.migrate();
    const batchId = await recordBatch(store, executions);
    server.setLatency(latencyMs);
    const context = createBenchContext(store);
    const countNewCalls = createCallCounter(() => server.requests.ExecuteStatement);
    const unitsBefore = server.traffic.meteredUnits;
    const { leader } = createLeaderRoles(context, { evaluatesTriggers: false });
    await leader.tick(new AbortController().signal);
    const fanOutCalls = countNewCalls();
    const startedAt = performance.now();
    await processMessages({
      ...context,
      invoker: new HandlerInvoker(roundHandlers, context.logger),
    });
    const workerSeconds = (performance.now() - startedAt) / 1_000;
    const workerCalls = countNewCalls();
    await leader.tick(new AbortController().signal);
    const leaderCalls = fanOutCalls + countNewCalls();
    const meteredUnits = server.traffic.meteredUnits - unitsBefore;
    await checkAllSucceeded(store, batchId, executions);
    if ((await store.getBatch(batchId))?.status !== 'SUCCEEDED')
      throw new Error('the batch has not ended');
    return { label, leaderCalls, workerCalls, meteredUnits, workerSeconds };
  } finally {
    await store.close();
    await server.close();
    await database.drop();
  }
}

/** Returns a function that counts the calls since it was last called. */
function createCallCounter(read: () => number): () => number {
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
  const items = Array.from({ length: executions }, (_, index) => createInput(index));
  const { id } = await store.createBatch({
    id: 'data-api',
    name: machineId,
    machineId,
    machineVersion: version,
    source: JSON.stringify({ kind: 'items', items }),
    options: JSON.stringify({ retriesMax: 0 }),
  });
  return id;
}

/** Passes messages to an event worker, 100 at a time, until the queue is empty. */
async function processMessages(context: AppContext): Promise<void> {
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
    const failed = await worker.work(deliveries, remainingMs);
    if (failed.length > 0) throw new Error(`${failed.length} executions were not completed`);
    await context.broker.acknowledge(deliveries);
  }
}

function createFigures(rounds: readonly Round[], executions: number): Figure[] {
  const per1000 = (calls: number) => (calls * 1_000) / executions;
  const label = `handlers that answer ${rounds[0]?.label}`;
  const knobs = { executions, lot, latencyMs };
  const over = (value: (round: Round) => number) => rounds.map(value);
  const hasTarget = rounds[0]?.label === 'at once';
  return [
    toFigure(
      over(({ leaderCalls, workerCalls }) => per1000(leaderCalls + workerCalls)),
      {
        label,
        unit: 'calls/1,000 executions',
        knobs,
        ...(hasTarget && { target: { atMost: 60 } }),
        beside: {
          leaderCallsPer1000: median(over((round) => per1000(round.leaderCalls))),
          workerCallsPer1000: median(over((round) => per1000(round.workerCalls))),
          meteredUnitsPer1000: median(over((round) => per1000(round.meteredUnits))),
        },
      },
    ),
    toFigure(
      over(({ workerSeconds }) => executions / workerSeconds),
      { label: `${label}: one worker`, unit: 'executions/s', knobs },
    ),
  ];
}
