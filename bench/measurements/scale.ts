/**
 * Measures a database in which a month of nights has ended: throughput and fan-out beside those of
 * an empty one, every list, count and sweep, the archive, and whether retention keeps up.
 */
import pg from 'pg';
import { openPostgresStore } from '../../lib/drivers/postgres/postgres-store.ts';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { runDurableBatch } from '../durable-run.ts';
import { type Bench, type Figure, type Measurement, median, toFigure } from '../measurement.ts';
import { prepareBatch } from '../prepared-batch.ts';
import { copyFailed, copyNight, copyOpen, dayMs, keepTemplate } from '../scale/copy-nights.ts';
import { type Pruning, pruneNight } from '../scale/prune-night.ts';
import { storeQuestions, timeQuestion } from '../scale/store-questions.ts';
import { readTableSizes } from '../scale/table-sizes.ts';

/** The nights that are kept. */
const nights = 30;

/** The budget of a list or a count, in milliseconds at the 95th percentile. */
const budgetMs = 300;

/** Rows of one step of the archive, as orders take them. */
const archiveStep = 500;

/** Measures a month of nights. */
export const scale: Measurement = {
  name: 'scale',
  about: 'a month of nights in one database: throughput, lists, the archive, retention and sizes',
  isLong: true,

  async measure(bench) {
    const database = await bench.databases.createDatabase();
    const store = openPostgresStore({ clock: systemClock, url: database.url });
    const client = new pg.Client({ connectionString: database.url });
    try {
      await store.migrate();
      await client.connect();
      await client.query(`SET synchronous_commit = off; SET work_mem = '256MB'; SET jit = off`);
      return await measureMonth(bench, store, client);
    } finally {
      await client.end();
      await store.close();
      await database.drop();
    }
  },
};

async function measureMonth(bench: Bench, store: Store, client: pg.Client): Promise<Figure[]> {
  const { quick, log } = bench;
  const rows = bench.rows ?? (quick ? 30_000 : 10_000_000);
  const perNight = Math.floor(rows / nights);
  const executions = quick ? 2_000 : 20_000;
  const knobs = { rows, nights, perNight, executions };
  const { id } = await prepareBatchOf(store, client, 1_000);
  const templates = await keepTemplate(client, id);

  const now = Date.now();
  const fill = (number: number) => {
    const beganAt = now - (nights + 1 - Math.min(number, nights)) * dayMs;
    return copyNight(client, { number, beganAt, executions: perNight }, templates);
  };
  for (let number = 1; number <= nights; number += 1) {
    await fill(number);
    if (number % 10 === 0) log(`${number} nights of ${perNight}`);
  }
  const beside = { number: nights + 1, beganAt: now - dayMs };
  await copyOpen(client, { ...beside, executions: Math.floor(rows / 10) }, templates);
  const failed = { number: nights + 2, beganAt: now - dayMs, executions: Math.floor(rows / 20) };
  await copyFailed(client, failed, templates);
  await client.query('VACUUM (ANALYZE)');
  const before = await readTableSizes(client);
  log(`sizes: ${JSON.stringify(before)}`);

  const pairs = await measureInTurns(bench, store, executions);
  const asked = await askAll(bench, store, knobs);
  const archive = await measureArchive(store, failed.executions);
  log(`archive: ${describe(archive)}`);
  const pruned = await pruneMonth(bench, store, client, { now, perNight, executions, fill });
  const after = await readTableSizes(client);
  log(`sizes after ${pruned.nights} more nights: ${JSON.stringify(after)}`);
  return [
    ...toNightFigures('throughput', 'executions/s', pairs, ({ durable }) => durable, knobs),
    ...toNightFigures('fan-out', 'rows/s', pairs, ({ fanOut }) => fanOut, knobs),
    ...asked,
    figure('archive: deleted', 'entries/s', archive.deleted, knobs),
    figure('archive: redriven', 'entries/s', archive.redriven, knobs),
    ...toPruneFigures(pruned, median(pairs.map(({ last }) => last.durable)), knobs),
    figure('history and its index', 'bytes per execution', bytesOf(before, 'history', rows), {
      ...knobs,
      ...before,
    }),
    figure('history after more nights, of before', 'ratio', growth(before, after), {
      ...knobs,
      ...after,
    }),
  ];
}

type Knobs = Figure['knobs'];

function figure(label: string, unit: string, value: number, knobs: Knobs): Figure {
  return toFigure([value], { label, unit, knobs });
}

function describe(values: object): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${Math.round(Number(value))}`)
    .join(', ');
}

function bytesOf(sizes: Knobs, table: string, rows: number): number {
  const mib = Number(sizes[`${table}MiB`]) + Number(sizes[`${table}IndexesMiB`]);
  return (mib * 2 ** 20) / rows;
}

function growth(before: Knobs, after: Knobs): number {
  return bytesOf(after, 'history', 1) / bytesOf(before, 'history', 1);
}

/** Runs executions that are copied. */
async function prepareBatchOf(store: Store, client: pg.Client, count: number) {
  await runDurableBatch(store, count, {});
  const { rows } = await client.query<{ id: string }>('SELECT id FROM millrace.batches LIMIT 1');
  const [batch] = rows;
  if (batch === undefined) throw new Error('the batch that is copied was not recorded');
  return batch;
}

interface NightRates {
  /** Executions a second. */
  readonly durable: number;
  /** Rows a second, recorded in a batch. */
  readonly fanOut: number;
}

/** A night in an empty database, and one in the full database. */
interface NightPair {
  readonly first: NightRates;
  readonly last: NightRates;
}

/** Measures nights in turns, so that other load on the machine distorts both alike. */
async function measureInTurns(bench: Bench, full: Store, executions: number): Promise<NightPair[]> {
  const pairs: NightPair[] = [];
  for (let round = 0; round < (bench.quick ? 1 : 3); round += 1) {
    const fresh = await bench.databases.postgres.openFresh();
    const first = await measureNight(fresh.store, executions).finally(fresh.drop);
    const last = await measureNight(full, executions);
    bench.log(`first night: ${describe(first)}; last night: ${describe(last)}`);
    pairs.push({ first, last });
  }
  return pairs;
}

/** Records and runs a batch of real executions. */
async function measureNight(store: Store, executions: number): Promise<NightRates> {
  const startedAt = performance.now();
  await prepareBatch(store, executions);
  const fanOut = executions / ((performance.now() - startedAt) / 1_000);
  const { executionsPerSecond } = await runDurableBatch(store, executions, {});
  return { durable: executionsPerSecond, fanOut };
}

function toNightFigures(
  what: string,
  unit: string,
  pairs: readonly NightPair[],
  rateOf: (rates: NightRates) => number,
  knobs: Knobs,
): Figure[] {
  const over = (value: (pair: NightPair) => number) => pairs.map(value);
  const target = { atLeast: 0.9 };
  return [
    toFigure(
      over(({ first }) => rateOf(first)),
      { label: `${what}, first night`, unit, knobs },
    ),
    toFigure(
      over(({ last }) => rateOf(last)),
      { label: `${what}, last night`, unit, knobs },
    ),
    toFigure(
      over(({ first, last }) => rateOf(last) / rateOf(first)),
      { label: `${what}, last night of first`, unit: 'ratio', knobs, target },
    ),
  ];
}

async function askAll({ quick, log }: Bench, store: Store, knobs: Knobs): Promise<Figure[]> {
  const rounds = quick ? 3 : 20;
  const figures: Figure[] = [];
  for (const question of storeQuestions) {
    const p95 = await timeQuestion(store, question, rounds);
    const [label] = question;
    log(`${label}: ${p95.toFixed(0)} ms`);
    const target = { atMost: budgetMs };
    figures.push(
      toFigure([p95], { label, unit: 'ms at p95', knobs: { ...knobs, rounds }, target }),
    );
  }
  return figures;
}

/** Redrives half of the archive, and deletes the rest. Returns entries a second. */
async function measureArchive(store: Store, entries: number) {
  const half = Math.ceil(entries / 2 / archiveStep) * archiveStep;
  const redriven = await takeSteps(half, async () => {
    return (await store.redriveArchived({}, archiveStep)).length;
  });
  const deleted = await takeSteps(entries - half, () => store.deleteArchived({}, archiveStep));
  return { redriven, deleted };
}

/** Takes steps until so many entries are done; throws when the archive has fewer. */
async function takeSteps(entries: number, step: () => Promise<number>): Promise<number> {
  const startedAt = performance.now();
  let done = 0;
  while (done < entries) {
    const more = await step();
    if (more === 0) throw new Error(`the archive ended after ${done} of ${entries} entries`);
    done += more;
  }
  return done / ((performance.now() - startedAt) / 1_000);
}

interface Month {
  readonly now: number;
  readonly perNight: number;
  readonly executions: number;
  /** Adds the night with a number. */
  readonly fill: (number: number) => Promise<void>;
}

interface PrunedMonth {
  readonly nights: number;
  /** Of the nights without anything beside them. */
  readonly pruning: Pruning;
  /** Executions a second while the oldest night was deleted. */
  readonly durable: number;
  readonly beside: Pruning;
}

/** Deletes the oldest night and adds another, a few times; the last time beside a running batch. */
async function pruneMonth(
  { quick, log }: Bench,
  store: Store,
  client: pg.Client,
  { now, perNight, executions, fill }: Month,
): Promise<PrunedMonth> {
  const rounds = quick ? 1 : 5;
  // Everything of the nights up to this number is older than this.
  const ageOf = (number: number) => Date.now() - now + (nights + 0.5 - number) * dayMs;
  let pruning: Pruning = { executions: 0, executionsPerSecond: 0, longestMs: 0 };
  for (let round = 1; round <= rounds; round += 1) {
    pruning = await pruneNight(store, ageOf(round));
    if (pruning.executions !== perNight) {
      throw new Error(`retention deleted ${pruning.executions} of a night of ${perNight}`);
    }
    log(`night ${round} deleted: ${describe(pruning)}`);
    // As autovacuum does within the minute.
    await client.query('VACUUM millrace.executions, millrace.history');
    await fill(nights + 2 + round);
  }
  const end = new AbortController();
  const pruned = pruneNight(store, ageOf(rounds + 1), end.signal);
  const { executionsPerSecond } = await runDurableBatch(store, executions, {});
  end.abort();
  const beside = await pruned;
  log(`beside retention: ${Math.round(executionsPerSecond)} executions/s, ${describe(beside)}`);
  return { nights: rounds, pruning, durable: executionsPerSecond, beside };
}

function toPruneFigures(
  { pruning, durable, beside }: PrunedMonth,
  rate: number,
  knobs: Knobs,
): Figure[] {
  return [
    toFigure([pruning.executionsPerSecond], {
      label: 'retention',
      unit: 'executions/s',
      knobs,
      beside: { longestStatementMs: Math.round(pruning.longestMs) },
      target: { atLeast: Math.round(rate) },
    }),
    toFigure([durable / rate], {
      label: 'throughput beside retention, of without',
      unit: 'ratio',
      knobs,
      beside: {
        deletedPerSecond: Math.round(beside.executionsPerSecond),
        longestStatementMs: Math.round(beside.longestMs),
      },
    }),
  ];
}
