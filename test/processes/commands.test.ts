/** Commands of an operator, run in separate processes, that reach the leader and the workers. */
import { describe, expect, it } from 'vitest';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import type { Fleet } from './fleet.ts';
import { createSumsFleet } from './sums-fleet.ts';

/** Queues an execution for one number. Returns its id. */
async function enqueue(fleet: Fleet, ...options: string[]): Promise<string> {
  const input = '{"number":1}';
  const queued = await fleet.runCommand('task', 'enqueue', 'sums', '--input', input, ...options);
  return String(queued.executionId);
}

describe.skipIf(!hasPostgres || noRedis !== null).concurrent('the commands of an operator', () => {
  it('the command task cancel stops a task on its worker, which worker list shows', {
    timeout: 120_000,
  }, async (context) => {
    const { fleet, findFaults } = await createSumsFleet(context, {
      GATE: 'never',
      LEASE_SECONDS: '3600',
    });
    const [id, worker] = await Promise.all([
      enqueue(fleet),
      fleet.start('worker'),
      fleet.start('leader'),
    ]);
    await worker.waitForStderr(/^holding$/);

    const before = await fleet.runCommand('worker', 'list');
    const cancelled = await fleet.runCommand('task', 'cancel', id, '--wait');
    await worker.waitForStderr(/^abandoned$/);
    await fleet.stop();
    const after = await fleet.runCommand('worker', 'list');

    expect(before.workers).toHaveLength(2);
    expect(before.workers).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ role: 'leader', alive: true, running: 0, concurrency: null }),
        expect.objectContaining({
          role: 'worker',
          alive: true,
          running: 1,
          concurrency: 50,
          queues: ['critical', 'default', 'low'],
          version: expect.stringMatching(/^\d/),
        }),
      ]),
    );
    expect(cancelled).toEqual({ tasks: [{ id, done: true, message: 'has ended ABORTED' }] });
    expect(after).toEqual({ workers: [] });
    expect(await findFaults()).toEqual([]);
  });

  it('the command queue pause keeps workers from one queue only, until queue resume', {
    timeout: 120_000,
  }, async (context) => {
    const { fleet } = await createSumsFleet(context, {});
    await Promise.all([
      fleet.runCommand('queue', 'pause', 'default'),
      fleet.start('leader'),
      fleet.start('worker'),
    ]);

    const [held, other] = await Promise.all([enqueue(fleet), enqueue(fleet, '--priority', 'low')]);
    await fleet.waitForSuccess(other);
    const paused = await fleet.runCommand('queue', 'get', 'default');
    await fleet.runCommand('queue', 'resume', 'default');
    await fleet.waitForSuccess(held);

    expect(paused).toMatchObject({
      messages: { paused: true, ready: 1, inFlight: 0 },
      tasks: { pending: 1, active: 0 },
    });
  });

  it('the command batch cancel ends every started execution, and then the batch', {
    timeout: 120_000,
  }, async (context) => {
    const { fleet, query, findFaults } = await createSumsFleet(context, {
      GATE: 'never',
      ITEMS: '300',
      CONCURRENCY: '50',
      LEASE_SECONDS: '3600',
    });
    const [batchId, worker, leader] = await Promise.all([
      fleet.startBatch('sums'),
      fleet.start('worker'),
      fleet.start('leader'),
    ]);
    await worker.waitForStderr(/^holding$/, 50);

    const cancelled = await fleet.runCommand('batch', 'cancel', batchId);
    await fleet.stop(leader);
    await fleet.start('leader');
    await fleet.waitForEnd(batchId);

    expect(cancelled).toMatchObject({ batchId });
    expect(await fleet.getBatch(batchId)).toMatchObject({ status: 'ABORTED', succeeded: 0 });
    const open = 'SELECT 1 FROM millrace.executions WHERE ended_at IS NULL';
    expect(await query(open)).toEqual([]);
    expect(await findFaults()).toEqual([]);
  });
});
