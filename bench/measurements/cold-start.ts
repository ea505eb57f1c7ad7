/**
 * What a cold start of each function costs: its bundle as it would be deployed, imported by a fresh
 * process, beside a bundle of nothing but the SDK clients that they import; and the first
 * invocation, which opens the app over a Data API without latency. The start of Node itself is not
 * in it.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { buildSync } from 'esbuild';
import { describeApp } from '../../lib/config/describe-app.ts';
import { envNames } from '../../lib/config/setting-sources.ts';
import { openRdsDataStore } from '../../lib/drivers/rds-data/rds-data-store.ts';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import { Bundler, type FunctionName } from '../../lib/infra/bundling/bundler.ts';
import { startDataApiServer } from '../../rehearsal/data-api-server/server.ts';
import { cleanEnvironment } from '../child-process.ts';
import type { ColdStart } from '../cold-start-child.ts';
import { type Figure, figureOf, type Measurement } from '../measurement.ts';

const child = new URL('../cold-start-child.ts', import.meta.url);

/** What a first invocation is given; nothing is asked of it. Null: there is no such event. */
const firstEvents: Readonly<Record<FunctionName, object | null>> = {
  worker: { Records: [] },
  archiver: { Records: [] },
  leader: { Records: [] },
  api: {
    version: '2.0',
    rawPath: '/health',
    rawQueryString: 'deep=1',
    headers: {},
    requestContext: { http: { method: 'GET', path: '/health' }, requestId: 'bench' },
    isBase64Encoded: false,
  },
  migrate: null,
};

/** Every function talks to the database, and those that move tasks to SQS. */
const clients = `export { RDSDataClient, ExecuteStatementCommand } from '@aws-sdk/client-rds-data';
export { SQS } from '@aws-sdk/client-sqs';`;

/** See this file's head. */
export const coldStart: Measurement = {
  name: 'cold-start',
  about: 'the import of each function, beside its SDK clients alone, and its first invocation',

  async measure(bench) {
    const rounds = bench.quick ? 1 : 15;
    const database = await bench.databases.createDatabase();
    const server = await startDataApiServer({ postgresUrl: database.url });
    const bundler = new Bundler(await describeApp());
    try {
      const environment = environmentOf(server);
      await migrate(server);
      const alone = bundleClients(bench.folder);
      const figures = [await imported(alone, 'SDK clients alone', environment, rounds, {})];
      for (const name of Object.keys(firstEvents) as FunctionName[]) {
        const { folder, bytes } = bundler.bundle(name);
        const file = join(folder, 'index.mjs');
        figures.push(await imported(file, name, environment, rounds, { bytes }));
        const event = firstEvents[name];
        if (event === null) continue;
        figures.push(await invoked(file, name, environment, rounds, event));
      }
      for (const { label, value } of figures) bench.say(`${label}: ${value} ms`);
      return figures;
    } finally {
      bundler.close();
      await server.close();
      await database.drop();
    }
  },
};

type Server = Awaited<ReturnType<typeof startDataApiServer>>;

function environmentOf({ url, clusterArn, secretArn, database }: Server): NodeJS.ProcessEnv {
  const queues = ['critical', 'default', 'low'].map((queue) => {
    const place = (name: string) => `http://127.0.0.1:1/000000000000/${name}`;
    return [queue, { queue: place(queue), dead: place(`${queue}-dead`) }] as const;
  });
  return {
    ...cleanEnvironment(),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL: url,
    POWERTOOLS_SERVICE_NAME: 'bench',
    POWERTOOLS_METRICS_NAMESPACE: 'bench',
    [envNames.store]: 'rds-data',
    [envNames.databaseClusterArn]: clusterArn,
    [envNames.databaseSecretArn]: secretArn,
    [envNames.databaseName]: database,
    [envNames.broker]: 'sqs',
    [envNames.sqsQueueUrls]: JSON.stringify(Object.fromEntries(queues)),
    [envNames.objectsDriver]: 's3',
    [envNames.bucket]: 'bench',
    [envNames.workerQueue]: 'default',
    [envNames.leaderQueueUrl]: 'http://127.0.0.1:1/000000000000/leader',
    [envNames.leaderSchedule]: 'bench/sweep',
    [envNames.logLevel]: 'error',
  };
}

async function migrate({ url: endpoint, clusterArn, secretArn, database }: Server): Promise<void> {
  process.env.AWS_ACCESS_KEY_ID ??= 'local';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'local';
  const place = { endpoint, clusterArn, secretArn, database };
  const store = openRdsDataStore({ ...place, clock: systemClock });
  await store.migrate();
  await store.close();
}

/** As the functions are bundled. */
function bundleClients(folder: string): string {
  const outfile = join(folder, 'clients.mjs');
  buildSync({
    stdin: { contents: clients, resolveDir: import.meta.dirname },
    outfile,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  });
  return outfile;
}

async function imported(
  file: string,
  label: string,
  environment: NodeJS.ProcessEnv,
  rounds: number,
  beside: Readonly<Record<string, number>>,
): Promise<Figure> {
  const starts = await startsOf([file], environment, rounds);
  const times = starts.map(({ importMs }) => importMs);
  return figureOf(times, { label: `${label}: import`, unit: 'ms', knobs: {}, beside });
}

async function invoked(
  file: string,
  label: string,
  environment: NodeJS.ProcessEnv,
  rounds: number,
  event: object,
): Promise<Figure> {
  const starts = await startsOf([file, JSON.stringify(event)], environment, rounds);
  const times = starts.map(({ importMs, firstMs }) => importMs + (firstMs ?? 0));
  return figureOf(times, {
    label: `${label}: import and first invocation`,
    unit: 'ms',
    knobs: { dataApiLatencyMs: 0 },
  });
}

async function startsOf(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  rounds: number,
): Promise<ColdStart[]> {
  const starts: ColdStart[] = [];
  for (let round = 0; round < rounds; round += 1) starts.push(await start(args, environment));
  return starts;
}

async function start(args: readonly string[], env: NodeJS.ProcessEnv): Promise<ColdStart> {
  const started = spawn(process.execPath, [child.pathname, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => started.once('close', resolve));
  const [out, problems] = await Promise.all([text(started.stdout), text(started.stderr)]);
  if ((await ended) !== 0) throw new Error(`a function did not start:\n${out}\n${problems}`);
  return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '');
}
