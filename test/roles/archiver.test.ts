/** The archiver: what dead letters become, and that none is lost between queue and archive. */
import { describe, expect, it } from 'vitest';
import { Archiver, type ArchiverOptions, archiverDefaults } from '../../lib/roles/archiver.ts';
import { HeldHandler, oneTask, RoleWorld, type RoleWorldOptions } from '../support/role-world.ts';
import { startStopStress } from '../support/start-stop-stress.ts';

const never = new AbortController().signal;

async function setUp(options: RoleWorldOptions = {}) {
  const work = new HeldHandler();
  const world = new RoleWorld({ handlers: { work: work.handler }, ...options });
  await world.register(oneTask);
  const archiver = (changes: Partial<ArchiverOptions> = {}) =>
    new Archiver({
      ...world,
      executor: world.executor(),
      queues: ['critical', 'default'],
      ...changes,
    });
  return { world, work, archiver };
}

/** Moves every ready message of a queue to its dead letters. */
async function kill(world: RoleWorld, queue = 'default', reason = 'maxReceiveCount') {
  const deliveries = await world.broker.receive({
    queues: [queue],
    max: 100,
    visibilityMs: 1_000,
    waitMs: 0,
  });
  await world.broker.deadLetter(deliveries, reason);
}

async function dead(world: RoleWorld, queue = 'default') {
  const [stats] = await world.broker.stats([queue]);
  return stats?.dead;
}

describe('a dead letter', () => {
  it('of an open execution ends it FAILED in the archive, without running it', async () => {
    const { world, work, archiver } = await setUp();
    const id = await world.submit({}, { retriesMax: 5 });
    await kill(world);

    await archiver().tick(never);

    expect(await world.store.getExecution(id)).toMatchObject({
      status: 'FAILED',
      error: 'Millrace.DeadLettered',
      cause: 'maxReceiveCount',
      workerId: null,
    });
    expect(await world.store.countArchive({ taskIds: [id] })).toBe(1);
    expect(work.calls).toEqual([]);
    expect(await dead(world)).toBe(0);
  });

  it('that is no task of ours is archived with its body', async () => {
    const { world, archiver } = await setUp();
    await world.broker.send('critical', [{ id: 'mail-1', body: '{"type":"email"}' }]);
    await kill(world, 'critical', 'not a task');

    await archiver().tick(never);

    const { entries } = await world.store.listArchive({}, { limit: 10 });
    expect(entries).toMatchObject([
      {
        taskId: 'mail-1',
        queue: 'critical',
        body: '{"type":"email"}',
        reason: 'not a task',
        executionId: null,
      },
    ]);
    expect(await dead(world, 'critical')).toBe(0);
  });

  it('of an execution that the store does not know is archived, and said', async () => {
    const { world, archiver } = await setUp();
    const executionId = world.entropy.uuid();
    await world.dispatcher.dispatch([{ executionId, queue: 'default', batchId: null }]);
    await kill(world);

    await archiver().tick(never);

    expect(await world.store.countArchive({ taskIds: [executionId] })).toBe(1);
    expect(world.logger.entries).toMatchObject([{ level: 'warn', fields: { letters: 1 } }]);
  });

  it('of an execution that ended meanwhile is only acknowledged', async () => {
    const { world, work, archiver } = await setUp();
    const id = await world.submit();
    await kill(world);
    const run = world.executor().run(await world.claim(id));
    await world.pass(() => work.calls.length === 1, 'the call');
    work.answer(0);
    await run;

    await archiver().tick(never);

    expect(await world.statusOf(id)).toBe('SUCCEEDED');
    expect(await world.store.countArchive({})).toBe(0);
    expect(await dead(world)).toBe(0);
  });

  it('of an execution that a worker holds stays until that worker is done with it', async () => {
    const { world, archiver } = await setUp();
    const id = await world.submit();
    await world.claim(id, 'busy', 3_600_000);
    await kill(world);

    await archiver().tick(never);

    expect(await dead(world)).toBe(1);
    expect(await world.statusOf(id)).toBe('PENDING');
    await world.store.endLease('busy');
    await world.clock.advance(archiverDefaults.leaseMs);
    await archiver().tick(never);
    expect(await world.statusOf(id)).toBe('FAILED');
    expect(await dead(world)).toBe(0);
  });

  it('of an execution that waits for its retry ends it with a reason', async () => {
    const { world, archiver } = await setUp({
      handlers: {
        work: () => {
          throw new Error('no');
        },
      },
    });
    const id = await world.submit({}, { retriesMax: 3 });
    await world.executor().run(await world.claim(id));
    await world.clock.advance(1_000);
    await kill(world);

    await archiver().tick(never);

    expect(await world.store.getExecution(id)).toMatchObject({
      status: 'FAILED',
      error: 'Millrace.DeadLettered',
    });
    expect(await world.store.countArchive({ error: 'Millrace.DeadLettered' })).toBe(1);
  });

  it('shows up again when the archive did not take it', async () => {
    const faults = { failing: true };
    const { world, archiver } = await setUp({
      store: (real) => ({
        ...real,
        archive: async (entries) => {
          if (faults.failing) throw new Error('disk full');
          return real.archive(entries);
        },
      }),
    });
    await world.broker.send('default', [{ id: 'mail-1', body: '"x"' }]);
    await kill(world);

    await expect(archiver().tick(never)).rejects.toThrow('disk full');
    expect(await dead(world)).toBe(1);
    faults.failing = false;
    await world.clock.advance(archiverDefaults.leaseMs);
    await archiver().tick(never);

    expect(await world.store.countArchive({})).toBe(1);
    expect(await dead(world)).toBe(0);
  });
});

describe('an archiver', () => {
  it('goes on at once while more are there than it takes at a time', async () => {
    const { world, archiver } = await setUp();
    for (let count = 0; count < 5; count += 1) await world.submit();
    await kill(world);
    const role = archiver({ limit: 3 });

    expect(await role.tick(never)).toBe(0);
    expect(await role.tick(never)).toBe(archiverDefaults.intervalMs);

    expect(await world.store.countArchive({})).toBe(5);
  });

  it('looks ever less often while there is nothing, and often again once there was', async () => {
    const { world, archiver } = await setUp();
    const role = archiver();
    const pauses: number[] = [];

    for (let look = 0; look < 5; look += 1) pauses.push(await role.tick(never));
    await world.submit();
    await kill(world);
    pauses.push(await role.tick(never));

    expect(pauses).toEqual([5_000, 10_000, 20_000, 30_000, 30_000, 5_000]);
  });

  it('starts and stops in any order, and archives nothing after a stop', async () => {
    const { world, archiver } = await setUp();

    await startStopStress(archiver(), () => world.metrics.counts.get('deadLetters') ?? 0);

    expect(world.clock.pendingTimers).toBe(0);
  });
});
