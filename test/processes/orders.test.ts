/**
 * Orders of a person, by a process of their own, reach the leader and the workers that they mean.
 */
import { describe, expect, it } from 'vitest';
import type { Query } from '../support/check-store.ts';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import type { Fleet } from './fleet.ts';
import { startSumsFleet } from './sums-fleet.ts';

/** Queues one number; its execution's id. */
async function enqueue(fleet: Fleet, ...words: string[]): Promise<string> {
  const queued = await fleet.ask('task', 'enqueue', 'sums', '--input', '{"number":1}', ...words);
  return String(queued.executionId);
}

async function whenSucceeded(query: Query, id: string): Promise<void> {
  const text = `SELECT 1 FROM millrace.executions WHERE id = '${id}' AND status = 'SUCCEEDED'`;
  while ((await query(text)).length === 0);
}

describe.skipIf(!hasPostgres || noRedis !== null)('an order', () => {
  it('to cancel stops a task on the worker that runs it, and workers tell who does', {
    timeout: 60_000,
  }, async () => {
    const { fleet, faults } = await startSumsFleet({ GATE: 'never', LEASE_SECONDS: '3600' });
    await fleet.start('leader');
    const worker = await fleet.start('worker');
    const id = await enqueue(fleet);
    await worker.saysOnStderr(/^holding$/);

    const before = await fleet.ask('workers');
    const cancelled = await fleet.ask('task', 'cancel', id, '--wait');
    await worker.saysOnStderr(/^abandoned$/);
    await fleet.stop();
    const after = await fleet.ask('workers');

    expect(before.workers).toHaveLength(2);
    expect(before.workers).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ role: 'leader', alive: true, running: 0, concurrency: null }),
        expect.objectContaining({
          ...{ role: 'worker', alive: true, running: 1, concurrency: 50 },
          ...{ queues: ['critical', 'default', 'low'], version: expect.stringMatching(/^\d/) },
        }),
      ]),
    );
    expect(cancelled).toEqual({ tasks: [{ id, done: true, told: 'has ended ABORTED' }] });
    expect(after).toEqual({ workers: [] });
    expect(await faults()).toEqual([]);
  });

  it('to pause a queue keeps every worker from it, and only from it, until it is resumed', {
    timeout: 60_000,
  }, async () => {
    const { fleet, query } = await startSumsFleet({});
    await fleet.start('leader');
    await fleet.start('worker');

    await fleet.ask('queue', 'pause', 'default');
    const held = await enqueue(fleet);
    const other = await enqueue(fleet, '--priority', 'low');
    await whenSucceeded(query, other);
    const paused = await fleet.ask('queue', 'stats', 'default');
    await fleet.ask('queue', 'resume', 'default');
    await whenSucceeded(query, held);

    expect(paused.queues).toMatchObject([
      { messages: { paused: true, ready: 1, inFlight: 0 }, tasks: { pending: 1, active: 0 } },
    ]);
  });

  it('to abort a batch ends all that it has begun, and the batch when the last has ended', {
    timeout: 60_000,
  }, async () => {
    const settings = { GATE: 'never', ITEMS: '300', CONCURRENCY: '50', LEASE_SECONDS: '3600' };
    const { fleet, query, faults } = await startSumsFleet(settings);
    const leader = await fleet.start('leader');
    const worker = await fleet.start('worker');
    const batchId = await fleet.record('sums');
    await worker.saysOnStderr(/^holding$/, 50);

    const ordered = await fleet.ask('batch', 'abort', batchId);
    await fleet.stop(leader);
    await fleet.start('leader');
    await fleet.untilOver(batchId);

    expect(ordered).toMatchObject({ batchId });
    expect(await fleet.report(batchId)).toMatchObject({ status: 'ABORTED', succeeded: 0 });
    const open = 'SELECT 1 FROM millrace.executions WHERE ended_at IS NULL';
    expect(await query(open)).toEqual([]);
    expect(await faults()).toEqual([]);
  });
});
