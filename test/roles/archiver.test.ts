/** The archiver moves dead letters to the archive, and loses none. */
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

/** Dead-letters every ready message of a queue. */
async function deadLetterAll(harness: RoleHarness, queue = 'default', reason = 'maxReceiveCount') {
  const deliveries = await harness.broker.receive({
    queues: [queue],
    max: 100,
    visibilityMs: 1_000,
    waitMs: 0,
  });
  await harness.broker.deadLetter(deliveries, reason);
}

async function countDead(harness: RoleHarness, queue = 'default') {
  const [stats] = await harness.broker.stats([queue]);
  return stats?.dead;
}

describe('a dead letter', () => {
  it('the dead letter of an open execution ends it FAILED in the archive without running it', async () => {
    const { harness, work, archiver } = await setUp();
    const id = await harness.submit({}, { retriesMax: 5 });
    await deadLetterAll(harness);

    await archiver().tick(never);

    expect(await harness.store.getExecution(id)).toMatchObject({
      status: 'FAILED',
      error: 'Millrace.DeadLettered',
      cause: 'maxReceiveCount',
      workerId: null,
    });
    expect(await harness.store.countArchive({ taskIds: [id] })).toBe(1);
    expect(work.calls).toEqual([]);
    expect(await countDead(harness)).toBe(0);
  });

  it('a dead letter that is no task is archived with its body', async () => {
    const { harness, archiver } = await setUp();
    await harness.broker.send('critical', [{ id: 'mail-1', body: '{"type":"email"}' }]);
    await deadLetterAll(harness, 'critical', 'not a task');

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
    expect(await countDead(harness, 'critical')).toBe(0);
  });

  it('the dead letter of an unknown execution is archived and logged', async () => {
    const { harness, archiver } = await setUp();
    const executionId = harness.entropy.uuid();
    await harness.dispatcher.dispatch([{ executionId, queue: 'default', batchId: null }]);
    await deadLetterAll(harness);

    await archiver().tick(never);

    expect(await harness.store.countArchive({ taskIds: [executionId] })).toBe(1);
    expect(harness.logger.entries).toMatchObject([{ level: 'warn', fields: { letters: 1 } }]);
  });

  it('the dead letter of an execution that has ended is only acknowledged', async () => {
    const { harness, work, archiver } = await setUp();
    const id = await harness.submit();
    await deadLetterAll(harness);
    const run = harness.executor().run(await harness.claim(id));
    await harness.pass(() => work.calls.length === 1, 'the call');
    work.answer(0);
    await run;

    await archiver().tick(never);

    expect(await harness.readStatus(id)).toBe('SUCCEEDED');
    expect(await harness.store.countArchive({})).toBe(0);
    expect(await countDead(harness)).toBe(0);
  });

  it('the dead letter of an execution that a worker holds stays until the worker releases it', async () => {
    const { harness, archiver } = await setUp();
    const id = await harness.submit();
    await harness.claim(id, 'busy', 3_600_000);
    await deadLetterAll(harness);

    await archiver().tick(never);

    expect(await countDead(harness)).toBe(1);
    expect(await harness.readStatus(id)).toBe('PENDING');
    await harness.store.endLease('busy');
    await harness.clock.advance(archiverDefaults.leaseMs);
    await archiver().tick(never);
    expect(await harness.readStatus(id)).toBe('FAILED');
    expect(await countDead(harness)).toBe(0);
  });

  it('the dead letter of an execution that waits for its retry ends it FAILED', async () => {
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
    await deadLetterAll(harness);

    await archiver().tick(never);

    expect(await harness.store.getExecution(id)).toMatchObject({
      status: 'FAILED',
      error: 'Millrace.DeadLettered',
    });
    expect(await harness.store.countArchive({ error: 'Millrace.DeadLettered' })).toBe(1);
  });

  it('a dead letter that could not be archived is received again', async () => {
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
    await deadLetterAll(harness);

    await expect(archiver().tick(never)).rejects.toThrow('disk full');
    expect(await countDead(harness)).toBe(1);
    faults.failing = false;
    await harness.clock.advance(archiverDefaults.leaseMs);
    await archiver().tick(never);

    expect(await harness.store.countArchive({})).toBe(1);
    expect(await countDead(harness)).toBe(0);
  });
});

describe('an archiver', () => {
  it('the archiver continues at once while there are more dead letters than its limit', async () => {
    const { harness, archiver } = await setUp();
    for (let count = 0; count < 5; count += 1) await harness.submit();
    await deadLetterAll(harness);
    const role = archiver({ limit: 3 });

    expect(await role.tick(never)).toBe(0);
    expect(await role.tick(never)).toBe(archiverDefaults.intervalMs);

    expect(await harness.store.countArchive({})).toBe(5);
  });

  it('the archiver polls less and less often until it finds a dead letter', async () => {
    const { harness, archiver } = await setUp();
    const role = archiver();
    const pauses: number[] = [];

    for (let polls = 0; polls < 5; polls += 1) pauses.push(await role.tick(never));
    await harness.submit();
    await deadLetterAll(harness);
    pauses.push(await role.tick(never));

    expect(pauses).toEqual([5_000, 10_000, 20_000, 30_000, 30_000, 5_000]);
  });

  it('an archiver that is started and stopped in any order archives nothing after a stop', async () => {
    const { harness, archiver } = await setUp();

    await startStopStress(archiver(), () => harness.metrics.counts.get('deadLetters') ?? 0);

    expect(harness.clock.pendingTimers).toBe(0);
  });
});
