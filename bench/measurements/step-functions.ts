/**
 * Measures Step Functions' API, client included: the endpoint is a process of its own, and the
 * client this one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { defaultScope } from '../../lib/engine/arn/aws-scope.ts';
import { toActivityArn, toMachineArn } from '../../lib/engine/arn/make-arn.ts';
import { startBenchRedis } from '../bench-redis.ts';
import {
  type Bench,
  type Figure,
  type Measurement,
  type Target,
  toFigure,
} from '../measurement.ts';
import { measureBesideMoto } from '../step-functions/beside-moto.ts';
import {
  type EndpointProcess,
  startEndpoint,
  withConnections,
} from '../step-functions/endpoint-process.ts';
import { idleActivity, longMachineId } from '../step-functions/endpoint-program.ts';
import { callFor, type LeanConnection, type RepeatedCalls } from '../step-functions/lean-client.ts';
import { createInput, machineId } from '../three-tasks.ts';

/** Measures what clients wait for, and what idle workers of activities cost the database. */
export const stepFunctions: Measurement = {
  name: 'step-functions',
  about: "calls a second of Step Functions' API from 32 connections, client included",

  async measure(bench) {
    return [...(await measurePglite(bench)), ...(await measurePostgres(bench))];
  },
};

const connectionCount = 32;
const idlePolls = 1_000;
const historyEvents = 1_000;

/** Polls last a minute: what is counted lies within one. */
const settleMs = 15_000;
const countMs = 30_000;

/** Its connection and its statement: the second count includes those of the first. */
const transactionsOfCount = 2;

const goals = { pgliteStarts: 1_500, postgresStarts: 2_500, describes: 3_000, histories: 300 };

async function measurePglite(bench: Bench): Promise<Figure[]> {
  const folder = mkdtempSync(join(bench.folder, 'step-functions-'));
  const flags = { store: 'pglite', data: folder, broker: 'memory' };
  const endpoint = await startEndpoint({ flags });
  try {
    const { figure } = await measureStarts(bench, endpoint, 'PGlite', goals.pgliteStarts);
    return [figure];
  } finally {
    await endpoint.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measurePostgres(bench: Bench): Promise<Figure[]> {
  const database = await bench.databases.createDatabase();
  const redis = await startBenchRedis();
  const { url: postgresUrl } = database;
  const flags = { store: 'postgres', postgresUrl, broker: 'redis', redisUrl: redis.server.url };
  try {
    const longArn = await runLongExecution(flags);
    const endpoint = await startEndpoint({ flags });
    try {
      const place = 'PostgreSQL';
      const { figure, arns } = await measureStarts(bench, endpoint, place, goals.postgresStarts);
      return [
        figure,
        await measureDescribes(bench, endpoint, arns),
        await measureHistories(bench, endpoint, longArn),
        ...(await measureBesideMoto(bench, endpoint, connectionCount)),
        await measureIdlePolls(bench, endpoint, postgresUrl),
      ];
    } finally {
      await endpoint.stop();
    }
  } finally {
    await redis.stop();
    await database.drop();
  }
}

/** Runs an execution with more than a thousand events to its end. Returns its ARN. */
async function runLongExecution(flags: Readonly<Record<string, string>>): Promise<string> {
  const endpoint = await startEndpoint({ flags, works: true });
  try {
    return await withConnections(endpoint.url, 1, async ([connection]) => {
      if (connection === undefined) throw new Error('there is no connection');
      const stateMachineArn = toMachineArn(defaultScope, longMachineId);
      const body = JSON.stringify({ stateMachineArn, input: '{"n":0}' });
      const { executionArn } = JSON.parse(await connection.call('StartExecution', body));
      await waitForSuccess(connection, executionArn);
      return executionArn;
    });
  } finally {
    await endpoint.stop();
  }
}

async function waitForSuccess(connection: LeanConnection, executionArn: string): Promise<void> {
  const body = JSON.stringify({ executionArn });
  for (let tries = 0; tries < 600; tries += 1) {
    const { status } = JSON.parse(await connection.call('DescribeExecution', body));
    if (status === 'SUCCEEDED') return;
    if (status !== 'RUNNING') throw new Error(`the execution ended ${status}`);
    await setTimeout(100);
  }
  throw new Error('the execution had not ended after a minute');
}

async function measureStarts(
  bench: Bench,
  endpoint: EndpointProcess,
  place: string,
  atLeast: number,
): Promise<{ readonly figure: Figure; readonly arns: readonly string[] }> {
  const stateMachineArn = toMachineArn(defaultScope, machineId);
  const arns: string[] = [];
  const rounds = await measureRounds(bench, endpoint, {
    operation: 'StartExecution',
    bodyOf: (index) =>
      JSON.stringify({ stateMachineArn, input: JSON.stringify(createInput(index)) }),
    onAnswer: (body) => void arns.push(JSON.parse(body).executionArn),
  });
  await checkStarted(endpoint, stateMachineArn, arns);
  const inputBytes = JSON.stringify(createInput(0)).length;
  const figure = toCallFigure(bench, `StartExecution, ${place}`, rounds, { atLeast });
  return { figure: { ...figure, knobs: { ...figure.knobs, inputBytes } }, arns };
}

/** Throws unless every answered start is listed once, and nothing else is. */
async function checkStarted(
  { url }: EndpointProcess,
  stateMachineArn: string,
  arns: readonly string[],
): Promise<void> {
  const listed: string[] = [];
  await withConnections(url, 1, async ([connection]) => {
    let nextToken: string | undefined;
    do {
      const body = JSON.stringify({ stateMachineArn, maxResults: 1_000, nextToken });
      const page = JSON.parse((await connection?.call('ListExecutions', body)) ?? '{}');
      for (const { executionArn } of page.executions) listed.push(executionArn);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  });
  const known = new Set(listed);
  const missing = arns.filter((arn) => !known.has(arn)).length;
  if (missing === 0 && listed.length === arns.length) return;
  throw new Error(
    `of ${arns.length} answered starts ${missing} are not listed; ${listed.length} executions are`,
  );
}

async function measureDescribes(
  bench: Bench,
  endpoint: EndpointProcess,
  arns: readonly string[],
): Promise<Figure> {
  const rounds = await measureRounds(bench, endpoint, {
    operation: 'DescribeExecution',
    bodyOf: (index) => JSON.stringify({ executionArn: arns[index % arns.length] }),
  });
  const target = { atLeast: goals.describes };
  return toCallFigure(bench, 'DescribeExecution, PostgreSQL', rounds, target);
}

async function measureHistories(
  bench: Bench,
  endpoint: EndpointProcess,
  executionArn: string,
): Promise<Figure> {
  const body = JSON.stringify({ executionArn, maxResults: historyEvents });
  const rounds = await measureRounds(bench, endpoint, {
    operation: 'GetExecutionHistory',
    bodyOf: () => body,
    onAnswer: checkHistory(),
  });
  const label = `GetExecutionHistory of ${historyEvents} events, PostgreSQL`;
  return toCallFigure(bench, label, rounds, { atLeast: goals.histories });
}

/** Checks the first answer, and that all others are as long. */
function checkHistory(): (body: string) => void {
  let length: number | null = null;
  return (body) => {
    if (length === null && JSON.parse(body).events.length !== historyEvents) {
      throw new Error(`expected ${historyEvents} events; found ${body.slice(0, 200)}`);
    }
    length ??= body.length;
    // The token of the next page may differ by some characters.
    if (Math.abs(body.length - length) > 100) throw new Error('two histories differ');
  };
}

/** Returns the calls a second of each round, after one to warm up. */
async function measureRounds(
  { quick, log }: Bench,
  { url }: EndpointProcess,
  calls: RepeatedCalls,
): Promise<number[]> {
  return await withConnections(url, connectionCount, async (connections) => {
    const rounds: number[] = [];
    await callFor(connections, quick ? 0.2 : 2, calls);
    while (rounds.length < (quick ? 1 : 3)) {
      const rate = await callFor(connections, secondsOf(quick), calls);
      log(`${calls.operation}: ${Math.round(rate)} calls/s`);
      rounds.push(rate);
    }
    return rounds;
  });
}

function secondsOf(quick: boolean): number {
  return quick ? 0.5 : 5;
}

/** Counts the statements while a thousand workers wait for tasks that never come. */
async function measureIdlePolls(
  { quick, log }: Bench,
  { url }: EndpointProcess,
  postgresUrl: string,
): Promise<Figure> {
  const body = JSON.stringify({ activityArn: toActivityArn(defaultScope, idleActivity) });
  const [settle, count] = quick ? [1_500, 3_000] : [settleMs, countMs];
  return await withConnections(url, idlePolls, async (connections) => {
    let answered = 0;
    const polls = connections.map(async (connection) => {
      await connection.call('GetActivityTask', body);
      answered += 1;
    });
    // They are cut off at the end; one that is answered before is counted.
    void Promise.allSettled(polls);
    await setTimeout(settle);
    const before = await countTransactions(postgresUrl);
    await setTimeout(count);
    const queries = (await countTransactions(postgresUrl)) - before - transactionsOfCount;
    if (answered > 0) throw new Error(`${answered} polls were answered without a task`);
    const rate = queries / (count / 1_000);
    log(`${idlePolls} idle polls: ${rate.toFixed(2)} queries/s`);
    return toFigure([rate], {
      label: `${idlePolls} idle polls of GetActivityTask, PostgreSQL`,
      unit: 'queries/s',
      target: { atMost: 1 },
      knobs: { polls: idlePolls, seconds: count / 1_000, settleSeconds: settle / 1_000 },
    });
  });
}

/** Counts the transactions of the database: outside a block, each statement is one. */
async function countTransactions(connectionString: string): Promise<number> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ transactions: number }>(`
      SELECT (xact_commit + xact_rollback)::float8 AS transactions FROM pg_stat_database
      WHERE datname = current_database()`);
    return rows[0]?.transactions ?? Number.NaN;
  } finally {
    await client.end();
  }
}

function toCallFigure(
  { quick }: Bench,
  label: string,
  rounds: readonly number[],
  target: Target,
): Figure {
  const [loadAverage = 0] = loadavg();
  return toFigure(rounds, {
    label,
    unit: 'calls/s',
    target,
    knobs: {
      connections: connectionCount,
      secondsPerRound: secondsOf(quick),
      client: 'plain sockets, kept open, without a valid signature; not the SDK',
      endpoints: 1,
      workers: 0,
      cores: availableParallelism(),
      loadAverage: Number(loadAverage.toFixed(1)),
    },
  });
}
