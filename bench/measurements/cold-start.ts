import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { buildSync } from 'esbuild';
import { describeApp } from '../../lib/config/loading/describe-app.ts';
import { envNames } from '../../lib/config/setting-sources.ts';
import { openRdsDataStore } from '../../lib/drivers/rds-data/rds-data-store.ts';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import { Bundler, type FunctionName } from '../../lib/infra/bundling/bundler.ts';
import { startDataApiServer } from '../../rehearsal/data-api-server/server.ts';
import type { ColdStart } from '../cold-start-program.ts';
import { type Figure, type Measurement, toFigure } from '../measurement.ts';
import { cleanEnvironment } from '../run-program.ts';

const program = new URL('../cold-start-program.ts', import.meta.url);

/**
 * The event of each first invocation, which asks for no work. Null: there is none that the function
 * answers without a deployment, such as an identity provider.
 */
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
  dashboard: null,
  'step-functions': null,
};

/** The SDK clients that functions import: of the database, and of the queues. */
const clients = `export { RDSDataClient, ExecuteStatementCommand } from '@aws-sdk/client-rds-data';
export { SQS } from '@aws-sdk/client-sqs';`;

/**
 * Measures the cold start of each function. A fresh process imports its bundle, as it would be
 * deployed, beside a bundle of only the SDK clients; then the first invocation opens the app over a
 * Data API without latency. The start of Node itself is not included.
 */
export const coldStart: Measurement = {
  name: 'cold-start',
  about: 'the import of each function, beside its SDK clients alone, and its first invocation',

  async measure(bench) {
    const rounds = bench.quick ? 1 : 15;
    const database = await bench.databases.createDatabase();
    const server = await startDataApiServer({ postgresUrl: database.url });
    const bundler = new Bundler(await describeApp());
    try {
      const environment = createEnvironment(server);
      await migrate(server);
      const clientsFile = bundleClients(bench.folder);
      const figures = [
        await measureImport(clientsFile, 'SDK clients alone', environment, rounds, {}),
      ];
      for (const name of Object.keys(firstEvents) as FunctionName[]) {
        const { folder, bytes } = bundler.bundle(name);
        const file = join(folder, 'index.mjs');
        figures.push(await measureImport(file, name, environment, rounds, { bytes }));
        const event = firstEvents[name];
        if (event === null) continue;
        figures.push(await measureInvocation(file, name, environment, rounds, event));
      }
      for (const { label, value } of figures) bench.log(`${label}: ${value} ms`);
      return figures;
    } finally {
      bundler.close();
      await server.close();
      await database.drop();
    }
  },
};

type Server = Awaited<ReturnType<typeof startDataApiServer>>;

function createEnvironment({ url, clusterArn, secretArn, database }: Server): NodeJS.ProcessEnv {
  const queues = ['critical', 'default', 'low'].map((queue) => {
    const url = (name: string) => `http://127.0.0.1:1/000000000000/${name}`;
    return [queue, { queue: url(queue), dead: url(`${queue}-dead`) }] as const;
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
  const store = openRdsDataStore({
    endpoint,
    clusterArn,
    secretArn,
    database,
    clock: systemClock,
  });
  await store.migrate();
  await store.close();
}

/** Bundles the SDK clients with the options of the function bundles. */
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

async function measureImport(
  file: string,
  label: string,
  environment: NodeJS.ProcessEnv,
  rounds: number,
  beside: Readonly<Record<string, number>>,
): Promise<Figure> {
  const starts = await startRepeatedly([file], environment, rounds);
  const times = starts.map(({ importMs }) => importMs);
  return toFigure(times, { label: `${label}: import`, unit: 'ms', knobs: {}, beside });
}

async function measureInvocation(
  file: string,
  label: string,
  environment: NodeJS.ProcessEnv,
  rounds: number,
  event: object,
): Promise<Figure> {
  const starts = await startRepeatedly([file, JSON.stringify(event)], environment, rounds);
  const times = starts.map(({ importMs, firstMs }) => importMs + (firstMs ?? 0));
  return toFigure(times, {
    label: `${label}: import and first invocation`,
    unit: 'ms',
    knobs: { dataApiLatencyMs: 0 },
  });
}

async function startRepeatedly(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  rounds: number,
): Promise<ColdStart[]> {
  const starts: ColdStart[] = [];
  for (let round = 0; round < rounds; round += 1) starts.push(await start(args, environment));
  return starts;
}

async function start(args: readonly string[], env: NodeJS.ProcessEnv): Promise<ColdStart> {
  const child = spawn(process.execPath, [program.pathname, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if ((await ended) !== 0) throw new Error(`a function did not start:\n${stdout}\n${stderr}`);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}
