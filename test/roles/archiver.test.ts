/** The archiver: what dead letters become, and that none is lost between queue and archive. */
import { describe, expect, it } from 'vitest';
import { Archiver, type ArchiverOptions, archiverDefaults } from '../../lib/roles/archiver.ts';
import {
  HeldHandler,
  oneTask,
  RoleHarness,
  type RoleHarnessOptions,
} from '../support/role-harness.ts';
import { startStopStress } from '../support/start-stop-stress.ts';

const never = new AbortController().signal;

async function setUp(options: RoleHarnessOptions = {}) {
  const work = new HeldHandler();
  const harness = new RoleHarness({ handlers: { work: work.handler }, ...options });
  await harness.register(oneTask);
  const archiver = (changes: Partial<ArchiverOptions> = {}) =>
    new Archiver({
      ...harness,
      executor: harness.executor(),
      queues: ['critical', 'default'],
      ...changes,
    });
  return { harness, work, archiver };
}

/** Moves every ready message of a queue to its dead letters. */
async function kill(harness: RoleHarness, queue = 'default', reason = 'maxReceiveCount') {
  const deliveries = await harness.broker.receive({
    queues: [queue],
    max: 100,
    visibilityMs: 1_000,
    waitMs: 0,
  });
  await harness.broker.deadLetter(deliveries, reason);
}

async function dead(harness: RoleHarness, queue = 'default') {
  const [stats] = await harness.broker.stats([queue]);
  return stats?.dead;
}

describe('a dead letter', () => {
  it('of an open execution ends it FAILED in the archive, without running it', async () => {
    const { harness, work, archiver } = await setUp();
    const id = await harness.submit({}, { retriesMax: 5 });
    await kill(harness);

    await archiver().tick(never);

    expect(await harness.store.getExecution(id)).toMatchObject({
      status: 'FAILED',
      error: 'Millrace.DeadLettered',
      cause: 'maxReceiveCount',
      workerId: null,
    });
    expect(await harness.store.countArchive({ taskIds: [id] })).toBe(1);
    expect(work.calls).toEqual([]);
    expect(await dead(harness)).toBe(0);
  });

  it('that is no task of ours is archived with its body', async () => {
    const { harness, archiver } = await setUp();
    await harness.broker.send('critical', [{ id: 'mail-1', body: '{"type":"email"}' }]);
    await kill(harness, 'critical', 'not a task');

    await archiver().tick(never);

    const { entries } = await harness.store.listArchive({}, { limit: 10 });
    expect(entries).toMatchObject([
      {
        taskId: 'mail-1',
        queue: 'critical',
        body: '{"type":"email"}',
        reason: 'not a task',
        executionId: null,
      },
    ]);
    expect(await dead(harness, 'critical')).toBe(0);
  });

  it('of an execution that the store does not know is archived, and said', async () => {
    const { harness, archiver } = await setUp();
    const executionId = harness.entropy.uuid();
    await harness.dispatcher.dispatch([{ executionId, queue: 'default', batchId: null }]);
    await kill(harness);

    await archiver().tick(never);

    expect(await harness.store.countArchive({ taskIds: [executionId] })).toBe(1);
    expect(harness.logger.entries).toMatchObject([{ level: 'warn', fields: { letters: 1 } }]);
  });

  it('of an execution that ended meanwhile is only acknowledged', async () => {
    const { harness, work, archiver } = await setUp();
    const id = await harness.submit();
    await kill(harness);
    const run = harness.executor().run(await harness.claim(id));
    await harness.pass(() => work.calls.length === 1, 'the call');
    work.answer(0);
    await run;

    await archiver().tick(never);

    expect(await harness.statusOf(id)).toBe('SUCCEEDED');
    expect(await harness.store.countArchive({})).toBe(0);
    expect(await dead(harness)).toBe(0);
  });

  it('of an execution that a worker holds stays until that worker is done with it', async () => {
    const { harness, archiver } = await setUp();
    const id = await harness.submit();
    await harness.claim(id, 'busy', 3_600_000);
    await kill(harness);

    await archiver().tick(never);

    expect(await dead(harness)).toBe(1);
    expect(await harness.statusOf(id)).toBe('PENDING');
    await harness.store.endLease('busy');
    await harness.clock.advance(archiverDefaults.leaseMs);
    await archiver().tick(never);
    expect(await harness.statusOf(id)).toBe('FAILED');
    expect(await dead(harness)).toBe(0);
  });

  it('of an execution that waits for its retry ends it with a reason', async () => {
    const { harness, archiver } = await setUp({
      handlers: {
        work: () => {
          throw new Error('no');
        },
      },
    });
    const id = await harness.submit({}, { retriesMax: 3 });
    await harness.executor().run(await harness.claim(id));
    await harness.clock.advance(1_000);
    await kill(harness);

    await archiver().tick(never);

    expect(await harness.store.getExecution(id)).toMatchObject({
      status: 'FAILED',
      error: 'Millrace.DeadLettered',
    });
    expect(await harness.store.countArchive({ error: 'Millrace.DeadLettered' })).toBe(1);
  });

  it('shows up again when the archive did not take it', async () => {
    const faults = { failing: true };
    const { harness, archiver } = await setUp({
      store: (real) => ({
        ...real,
        archive: async (entries) => {
          if (faults.failing) throw new Error('disk full');
          return real.archive(entries);
        },
      }),
    });
    await harness.broker.send('default', [{ id: 'mail-1', body: '"x"' }]);
    await kill(harness);

    await expect(archiver().tick(never)).rejects.toThrow('disk full');
    expect(await dead(harness)).toBe(1);
    faults.failing = false;
    await harness.clock.advance(archiverDefaults.leaseMs);
    await archiver().tick(never);

    expect(await harness.store.countArchive({})).toBe(1);
    expect(await dead(harness)).toBe(0);
  });
});

describe('an archiver', () => {
  it('goes on at once while more are there than it takes at a time', async () => {
    const { harness, archiver } = await setUp();
    for (let count = 0; count < 5; count += 1) await harness.submit();
    await kill(harness);
    const role = archiver({ limit: 3 });

    expect(await role.tick(never)).toBe(0);
    expect(await role.tick(never)).toBe(archiverDefaults.intervalMs);

    expect(await harness.store.countArchive({})).toBe(5);
  });

  it('looks ever less often while there is nothing, and often again once there was', async () => {
    const { harness, archiver } = await setUp();
    const role = archiver();
    const pauses: number[] = [];

    for (let look = 0; look < 5; look += 1) pauses.push(await role.tick(never));
    await harness.submit();
    await kill(harness);
    pauses.push(await role.tick(never));

    expect(pauses).toEqual([5_000, 10_000, 20_000, 30_000, 30_000, 5_000]);
  });

  it('starts and stops in any order, and archives nothing after a stop', async () => {
    const { harness, archiver } = await setUp();

    await startStopStress(archiver(), () => harness.metrics.counts.get('deadLetters') ?? 0);

    expect(harness.clock.pendingTimers).toBe(0);
  });
});
