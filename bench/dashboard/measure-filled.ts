/** Measures the API of the dashboard on a filled database while a batch runs. */
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Millrace, openMillrace } from '../../lib/app/millrace.ts';
import { serveApp } from '../../lib/server/serve-app.ts';
import type { BenchRedis } from '../bench-redis.ts';
import { type Bench, type Figure, median, toFigure } from '../measurement.ts';
import { startRole } from '../role-process.ts';
import { machineId } from '../three-tasks.ts';
import { writeItems } from '../write-items.ts';
import { type AskedQuestion, askInTurns } from './asked-api.ts';
import type { RowCounts } from './fill-store.ts';
import { findKnownRows } from './known-rows.ts';
import { batchScreen, keepOpen, overviewScreen } from './open-page.ts';
import { listQuestions } from './questions.ts';
import { createShopApp } from './shop-app.ts';

/** The budget of a request, in milliseconds at the 95th percentile. */
const budgetMs = 300;

/** How long executions are counted with pages open, and without, in milliseconds. */
const windowMs = 15_000;

/** A database that is filled, and the Redis beside it. */
export interface Filled {
  readonly url: string;
  readonly redis: BenchRedis;
  readonly counts: RowCounts;
}

/** How often everything is measured. */
export interface DashboardRounds {
  /** How often each request is made. */
  readonly rounds: number;
  /** How often the worker is measured with pages open and without. */
  readonly pairs: number;
}

/** Asks all that the page asks while a batch runs, and measures what two open pages cost. */
export async function measureFilled(
  bench: Bench,
  { url, redis, counts }: Filled,
  { rounds, pairs }: DashboardRounds,
): Promise<Figure[]> {
  const services = { postgresUrl: url, redisUrl: redis.server.url };
  const app = await openMillrace({
    config: createShopApp(() => join(bench.folder, 'shop', 'items.jsonl')),
    flags: { store: 'postgres', broker: 'redis', ...services },
  });
  const server = await serveApp(app, { port: 0, hasPage: false });
  const worker = await startRole('worker', services);
  const leader = await startRole('leader', services);
  try {
    const batch = await startBatch(bench, app);
    const known = await findKnownRows(url);
    const questions = listQuestions(known, batch.id, Date.now());
    const endedBefore = await countEnded(app, batch.id);
    const startedAt = performance.now();
    const asked = await askInTurns(server.url, questions, rounds);
    const seconds = (performance.now() - startedAt) / 1_000;
    const rate = ((await countEnded(app, batch.id)) - endedBefore) / seconds;
    bench.log(
      `${questions.length} requests, up to ${rounds} times, at ${Math.round(rate)} executions/s`,
    );
    printSlow(bench, asked);
    // Of all that runs on the machine: waiting for a processor is most of a slow answer.
    const [loadAverage = 0] = loadavg();
    const knobs = { ...counts, executionsPerSecond: Math.round(rate), loadAverage };
    bench.log(`load average ${loadAverage.toFixed(1)} on ${availableParallelism()} cores`);
    return [
      ...asked.map((each) => toRequestFigure(each, knobs)),
      ...(await measurePolling(bench, { app, url: server.url, batch, pairs })),
    ];
  } finally {
    await leader.stop();
    await worker.stop();
    await server.close();
    await app.close();
  }
}

interface LiveBatch {
  readonly id: string;
  readonly createdAt: number;
}

/** Starts a batch that is not done before the measurement. */
async function startBatch({ quick, folder }: Bench, app: Millrace): Promise<LiveBatch> {
  const path = join(folder, 'dashboard.jsonl');
  await writeItems(path, quick ? 200_000 : 3_000_000);
  const source = { kind: 'jsonLines', path } as const;
  const batch = await app.queueClient().enqueueBatch(machineId, { source });
  while ((await countEnded(app, batch.id)) === 0) await setTimeout(200);
  return batch;
}

async function countEnded(app: Millrace, id: string): Promise<number> {
  const { status, succeeded } = await app.batches.get(id);
  if (status !== 'RUNNING')
    throw new Error(`the batch is ${status} before the measurement is done`);
  return succeeded;
}

function printSlow({ log }: Bench, asked: readonly AskedQuestion[]): void {
  const slow = asked.filter(({ question, p95 }) => question.isBounded !== false && p95 > budgetMs);
  log(`${slow.length} of ${asked.length} requests took over ${budgetMs} ms at the 95th percentile`);
  for (const { question, p50, p95, p99 } of slow) {
    const times = [p50, p95, p99].map((ms) => ms.toFixed(0)).join(' / ');
    log(`  ${question.label}: ${times} ms (p50 / p95 / p99)`);
  }
}

function toRequestFigure(
  { question, rounds, p50, p95, p99, max }: AskedQuestion,
  knobs: Figure['knobs'],
): Figure {
  const { label, isBounded = true } = question;
  const [p50Ms = 0, p99Ms = 0, maxMs = 0] = [p50, p99, max].map((ms) => Number(ms.toPrecision(4)));
  return toFigure([p95], {
    label,
    unit: 'ms at p95',
    knobs: { ...knobs, rounds },
    beside: { p50Ms, p99Ms, maxMs },
    ...(isBounded && { target: { atMost: budgetMs } }),
  });
}

interface Polled {
  readonly app: Millrace;
  readonly url: string;
  readonly batch: LiveBatch;
  readonly pairs: number;
}

/** Compares the rate of the worker with an overview and a batch open, and without, in turns. */
async function measurePolling(bench: Bench, { app, url, batch, pairs }: Polled): Promise<Figure[]> {
  const screens = [overviewScreen, batchScreen(batch.id, batch.createdAt)];
  const rates: { readonly open: number; readonly closed: number }[] = [];
  let requests = 0;
  const openRate = async () => {
    const end = new AbortController();
    const pages = screens.map((screen) => keepOpen(url, screen, end.signal));
    const rate = await measureRate(app, batch.id);
    end.abort();
    for (const use of await Promise.all(pages)) requests += use.requests;
    return rate;
  };
  for (let pair = 0; pair < pairs; pair += 1) {
    const first = pair % 2 === 0 ? await openRate() : null;
    const closed = await measureRate(app, batch.id);
    const open = first ?? (await openRate());
    rates.push({ open, closed });
    bench.log(`pages open ${Math.round(open)}, closed ${Math.round(closed)} executions/s`);
  }
  const seconds = windowMs / 1_000;
  return [
    toFigure(
      rates.map(({ open, closed }) => open / closed),
      {
        label: 'worker with two pages open, of without',
        unit: 'ratio',
        knobs: { pairs, windowSeconds: seconds, pages: 'overview, batch' },
        beside: {
          openExecutionsPerSecond: Math.round(median(rates.map(({ open }) => open))),
          closedExecutionsPerSecond: Math.round(median(rates.map(({ closed }) => closed))),
          requestsPerSecond: Number((requests / (pairs * seconds)).toPrecision(3)),
        },
      },
    ),
  ];
}

async function measureRate(app: Millrace, batchId: string): Promise<number> {
  const before = await countEnded(app, batchId);
  const startedAt = performance.now();
  await setTimeout(windowMs);
  const ended = (await countEnded(app, batchId)) - before;
  return (ended * 1_000) / (performance.now() - startedAt);
}
