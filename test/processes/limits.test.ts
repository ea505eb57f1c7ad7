/** Limits over four workers, one of which is killed every few seconds. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import { pause } from '../../lib/retry/pause.ts';
import { noRedis, startRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import type { CliProcess } from './cli-process.ts';
import { Fleet } from './fleet.ts';
import { createPostgresDatabase } from './process-database.ts';

const config = new URL('./apps/limits/millrace.config.ts', import.meta.url).pathname;

/** As the app configures them. */
const heldMax = 6;
const perSecond = 20;

/** How long the rate is measured, after a second for what was saved up. */
const measuredMs = 60_000;
const expected = (perSecond * measuredMs) / 1_000;

/** How often the rate is measured while less than it has begun: the machine may be busy. */
const measurementsMax = 3;

/** So many that more than the rate would be seen. */
const items = { held: 240, paced: 1.1 * expected };

interface Note {
  readonly name: string;
  readonly isStart: boolean;
  readonly id: string;
  readonly at: number;
}

async function readNotes(journal: string): Promise<Note[]> {
  const lines = (await readFile(journal, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [name = '', mark, id = '', at] = line.split(' ');
    return { name, isStart: mark === '+', id, at: Number(at) };
  });
}

/**
 * Returns the largest number of calls that ran at once. A call whose worker was killed counts as
 * running until its execution goes on elsewhere: its permit must not come back before.
 */
function findMostAtOnce(notes: readonly Note[]): number {
  const running = new Set<string>();
  let most = 0;
  for (const { isStart, id } of notes) {
    if (isStart) running.add(id);
    else running.delete(id);
    most = Math.max(most, running.size);
  }
  return most;
}

/**
 * Runs the batch `paced` to its end; returns how many of its executions began within the measured
 * time. A call that a kill has interrupted is made again: what counts is when it was made first.
 */
async function measureStarts(fleet: Fleet, journal: string): Promise<number> {
  const earlier = (await readNotes(journal)).length;
  const batchId = await fleet.startBatch('paced');
  await fleet.waitForEnd(batchId);
  const ends = { status: 'SUCCEEDED', failed: 0, succeeded: items.paced };
  expect(await fleet.getBatch(batchId)).toMatchObject(ends);
  const notes = (await readNotes(journal)).slice(earlier);
  const ticks = notes.filter(({ name }) => name === 'tick').toReversed();
  const started = new Map(ticks.map(({ id, at }) => [id, at]));
  const starts = [...started.values()].toSorted((one, other) => one - other);
  const from = (starts[0] ?? 0) + 1_000;
  return starts.filter((at) => at >= from && at < from + measuredMs).length;
}

/** Kills the oldest of the workers every five seconds, and starts another. */
async function killOften(fleet: Fleet, workers: CliProcess[], ended: AbortSignal) {
  for (let kills = 0; ; kills += 1) {
    await pause(systemClock, 5_000, ended);
    const oldest = workers.shift();
    if (ended.aborted || oldest === undefined) return kills;
    await fleet.kill(oldest);
    workers.push(await fleet.start('worker'));
  }
}

async function createFleet(context: TestContext, variables: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-limits-'));
  context.onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const database = await createPostgresDatabase(context);
  const redis = await startRedis();
  context.onTestFinished(() => redis.stop());
  const journal = join(folder, 'journal');
  await writeFile(journal, '');
  const fleet = new Fleet({
    context,
    options: ['--config', config, ...database.options, '--redis', redis.url],
    query: database.query,
    variables: { LOG_LEVEL: 'warn', JOURNAL: journal, ...variables },
  });
  return { fleet, journal, query: database.query };
}

describe.skipIf(!hasPostgres || noRedis !== null)('limits over several workers', () => {
  it('no more calls than the limit run at once and a rate holds although workers are killed', {
    timeout: 400_000,
  }, async (context) => {
    const { fleet, journal, query } = await createFleet(context, {
      HELD: String(items.held),
      PACED: String(items.paced),
    });
    const [held, ...workers] = await Promise.all([
      fleet.startBatch('held'),
      ...Array.from({ length: 4 }, () => fleet.start('worker')),
    ]);
    await fleet.start('leader');
    const ended = new AbortController();
    context.onTestFinished(() => ended.abort());
    const killing = killOften(fleet, [...workers], ended.signal);

    // What a killed worker was permitted begins after its lease: later, but not more often.
    const measured: number[] = [];
    do measured.push(await measureStarts(fleet, journal));
    while (Math.max(...measured) < expected * 0.95 && measured.length < measurementsMax);
    ended.abort();
    expect(await killing).toBeGreaterThanOrEqual(3);
    await fleet.waitForEnd(held);

    const calls = (await readNotes(journal)).filter(({ name }) => name === 'hold');
    expect(findMostAtOnce(calls)).toBeLessThanOrEqual(heldMax);
    expect(findMostAtOnce(calls)).toBeGreaterThanOrEqual(heldMax - 1);
    expect(Math.max(...measured)).toBeGreaterThanOrEqual(expected * 0.95);
    expect(Math.max(...measured)).toBeLessThanOrEqual(expected * 1.05);
    const ends = { status: 'SUCCEEDED', failed: 0 };
    expect(await fleet.getBatch(held)).toMatchObject({ ...ends, succeeded: items.held });
    await fleet.stop();
    expect(await query('SELECT scope, rule FROM millrace.permit_waits')).toEqual([]);
  });
});
