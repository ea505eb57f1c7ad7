/**
 * The leader: fan-out exactly once whatever crashes, within its limits, however many leaders there
 * are.
 */
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../lib/errors.ts';
import { leaderDefaults } from '../../lib/roles/leader.ts';
import { endBatch, type LeaderHarness, openLeaderHarness } from '../support/leader-harness.ts';
import { withSend } from '../support/role-harness.ts';
import { settle } from '../support/signal.ts';
import { startStopStress } from '../support/start-stop-stress.ts';

const never = new AbortController().signal;

/** The batch's counters are its executions, counted. */
async function expectCountersToMatch(harness: LeaderHarness, batchId: string) {
  const batch = await harness.get(batchId);
  const counted = { created: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };
  const names = new Map([
    ['SUCCEEDED', 'succeeded'],
    ['FAILED', 'failed'],
    ['TIMED_OUT', 'timedOut'],
    ['ABORTED', 'aborted'],
  ] as const);
  for (const { status } of await harness.executionsOf(batchId)) {
    counted.created += 1;
    const name = [...names].find(([word]) => word === status)?.[1];
    if (name !== undefined) counted[name] += 1;
  }
  expect(batch).toMatchObject(counted);
}

describe('a fan-out', () => {
  it('records each item once, in order, under a name of its own, and sends its task', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(25, {
      chunkSize: 10,
      namePrefix: 'n',
      item: { input: 'double' },
    });

    await harness.leader().tick(never);

    const executions = await harness.executionsOf(id);
    expect(executions.map(({ name }) => name)).toEqual(
      Array.from({ length: 25 }, (_, index) => `n-${index}`),
    );
    expect(await harness.queued()).toEqual(executions.map((execution) => execution.id));
    const seventh = await harness.store.findExecution('machine', 'n-7');
    expect(seventh?.input).toBe('14');
    expect(await harness.get(id)).toMatchObject({ created: 25, sourceDone: true, sentIndex: 25 });
  });

  it('runs to the end of the batch, and its counters are its executions', async () => {
    const harness = await openLeaderHarness({
      handlers: {
        work: (item: number) => {
          if (item % 10 === 3) throw new Error('three');
          return item;
        },
      },
    });
    const id = await harness.batch(100, { retriesMax: 1, failurePolicy: null });

    const batch = await endBatch(harness, id);

    expect(batch).toMatchObject({ status: 'SUCCEEDED', created: 100, succeeded: 90, failed: 10 });
    await expectCountersToMatch(harness, id);
    expect(await harness.store.countArchive({ batchId: id })).toBe(10);
  }); // W22

  it('holds back while as many are in flight as may be', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(50, { maxInFlight: 8 });
    const leader = harness.leader();

    for (let ticks = 0; ticks < 5; ticks += 1) await leader.tick(never);
    expect(await harness.get(id)).toMatchObject({ created: 8, sourceDone: false });
    const ids = await harness.queued();
    for (const execution of ids.slice(0, 3)) {
      await harness.executor().run(await harness.claim(execution));
    }
    await leader.tick(never);

    expect(await harness.get(id)).toMatchObject({ created: 11, succeeded: 3 });
  });

  it('ends although its executions end before the leader has noted that it sent them', async () => {
    const ran: string[] = [];
    const harness: LeaderHarness = await openLeaderHarness({
      broker: (real) =>
        withSend(real, async (send, queue, messages) => {
          const results = await send(queue, messages);
          for (const { id } of messages) {
            ran.push(id);
            await harness.executor().run(await harness.claim(id));
          }
          return results;
        }),
    });
    const id = await harness.batch(10, { chunkSize: 4 });
    const leader = harness.leader();

    leader.start();
    await harness.pass(async () => (await harness.get(id)).status !== 'RUNNING', 'the end');
    await leader.stop();

    expect(await harness.get(id)).toMatchObject({
      status: 'SUCCEEDED',
      created: 10,
      succeeded: 10,
    });
    expect(new Set(ran).size).toBe(10);
  }); // W03

  it('of an empty source ends at once', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(0);

    expect(await endBatch(harness, id)).toMatchObject({
      status: 'SUCCEEDED',
      created: 0,
      reason: null,
    });
  });

  it('counts a bad item as one that failed, and goes on with the others', async () => {
    const harness = await openLeaderHarness();
    harness.objects.write('items.jsonl', '1\n{bad\n3\n');
    const id = await harness.batch({ kind: 'jsonLines', path: 'items.jsonl' });

    const batch = await endBatch(harness, id);

    expect(batch).toMatchObject({ status: 'SUCCEEDED', created: 3, succeeded: 2, failed: 1 });
    const { entries } = await harness.store.listArchive({ batchId: id }, { limit: 10 });
    expect(entries).toMatchObject([{ error: 'Millrace.InvalidItem' }]);
  });
});

describe('a crash of the leader', () => {
  it('between recording a chunk and sending its tasks loses and doubles nothing', async () => {
    const faults = { crashing: true };
    const harness = await openLeaderHarness({
      broker: (real) =>
        withSend(real, async (send, ...asked) => {
          // The process is gone: nothing after this happens.
          if (faults.crashing) return new Promise(() => {});
          return send(...asked);
        }),
    });
    const id = await harness.batch(30, { chunkSize: 10 });
    void harness.leader({ leaseMs: 10_000 }).tick(never);
    await settle();
    await settle();
    expect(await harness.get(id)).toMatchObject({ created: 10, sentIndex: 0 });
    expect(await harness.queued()).toEqual([]);

    faults.crashing = false;
    await harness.clock.advance(10_001);
    await harness.leader().tick(never);

    const executions = await harness.executionsOf(id);
    expect(executions).toHaveLength(30);
    expect((await harness.queued()).sort()).toEqual(executions.map((each) => each.id).sort());
    expect(await harness.get(id)).toMatchObject({ created: 30, sourceDone: true, sentIndex: 30 });
  }); // W23

  it('whose record was written and its answer lost is healed by the same leader', async () => {
    const faults = { losing: true };
    const harness = await openLeaderHarness({
      store: (real) => ({
        ...real,
        fanOut: async (chunk) => {
          const results = await real.fanOut(chunk);
          if (!faults.losing) return results;
          faults.losing = false;
          throw new MillraceError('STORE_UNAVAILABLE', 'connection reset', { retryable: true });
        },
      }),
    });
    const id = await harness.batch(30, { chunkSize: 10 });
    const leader = harness.leader();

    await expect(leader.tick(never)).rejects.toThrow('connection reset');
    await leader.tick(never);

    const executions = await harness.executionsOf(id);
    expect(executions).toHaveLength(30);
    expect((await harness.queued()).sort()).toEqual(executions.map((each) => each.id).sort());
  });

  it('whose broker does not answer is healed by the sweep', async () => {
    const faults = { failing: true };
    const harness = await openLeaderHarness({
      broker: (real) =>
        withSend(real, async (send, ...asked) => {
          if (faults.failing) throw new MillraceError('BROKER_UNAVAILABLE', 'gone');
          return send(...asked);
        }),
    });
    const id = await harness.batch(30);
    await harness.leader().tick(never);
    expect(await harness.queued()).toEqual([]);

    faults.failing = false;

    expect(await endBatch(harness, id)).toMatchObject({ status: 'SUCCEEDED', succeeded: 30 });
  });

  it('goes on from the saved cursor: nothing before it is read again', async () => {
    const harness = await openLeaderHarness();
    const lines = Array.from({ length: 100 }, (_, index) => `${index}\n`).join('');
    harness.objects.write('items.jsonl', lines);
    const id = await harness.batch(
      { kind: 'jsonLines', path: 'items.jsonl' },
      { chunkSize: 10, maxInFlight: 40 },
    );
    const first = harness.leader();
    first.start();
    await harness.pass(async () => (await harness.get(id)).created === 40, 'the first items');
    await first.stop();
    for (const execution of await harness.queued()) {
      await harness.executor().run(await harness.claim(execution));
    }

    const opened = harness.objects.opened.length;
    await harness.leader().tick(never);

    expect(harness.objects.opened.slice(opened).every((byte) => byte > 0)).toBe(true);
    const { created } = await harness.get(id);
    expect(created).toBe(80);
    const names = new Set((await harness.executionsOf(id)).map(({ name }) => name));
    expect(names.size).toBe(80);
  });
});

describe('two leaders at once', () => {
  it('double nothing, whatever their ticks interleave to', async () => {
    const harness = await openLeaderHarness();
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.push(await harness.batch(40, { chunkSize: 7 }));
    const leaders = [harness.leader(), harness.leader(), harness.leader()];

    for (let rounds = 0; rounds < 6; rounds += 1) {
      await Promise.all(leaders.map((leader) => leader.tick(never)));
    }

    const queued = await harness.queued();
    expect(queued).toHaveLength(200);
    expect(new Set(queued).size).toBe(200);
    for (const id of ids) {
      expect(await harness.get(id)).toMatchObject({ created: 40, sourceDone: true });
      expect(await harness.executionsOf(id)).toHaveLength(40);
    }
  });

  it('take over from each other when a lease runs out, and the one that lost it writes nothing', async () => {
    const gate: { open: (() => void) | null; slow: boolean } = { open: null, slow: true };
    let chunks = 0;
    const harness = await openLeaderHarness({
      store: (real) => ({
        ...real,
        fanOut: async (chunk) => {
          chunks += 1;
          if (gate.slow) {
            gate.slow = false;
            await new Promise<void>((open) => {
              gate.open = open;
            });
          }
          return real.fanOut(chunk);
        },
      }),
    });
    const id = await harness.batch(30, { chunkSize: 10 });
    const slow = harness.leader({ leaseMs: 5_000 }).tick(never);
    await settle();
    await harness.clock.advance(6_000);

    await harness.leader().tick(never);
    gate.open?.();
    await slow;

    // One refused, and three of the leader that took over: the refused one reads no further.
    expect(chunks).toBe(4);
    expect(await harness.executionsOf(id)).toHaveLength(30);
    expect(await harness.get(id)).toMatchObject({ created: 30 });
    expect(new Set(await harness.queued()).size).toBe(30);
  });
});

describe('a leader', () => {
  it('lets go of its batches when it stops, so that another goes on at once', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(20, { maxInFlight: 5 });
    const first = harness.leader();
    first.start();
    await harness.pass(async () => (await harness.get(id)).created === 5, 'the first items');
    await first.stop();

    const leased = await harness.store.leaseBatches('another', 1_000, 10);

    expect(leased.map((batch) => batch.id)).toEqual([id]);
    expect(harness.objects.openNow).toBe(0);
  });

  it('reads the source and the options of a batch once, however often it looks', async () => {
    const harness = await openLeaderHarness();
    await harness.batch(20, { maxInFlight: 5 });
    const { getBatch } = harness.store;
    let reads = 0;
    harness.store.getBatch = (id) => {
      reads += 1;
      return getBatch(id);
    };
    const leader = harness.leader();

    for (let ticks = 0; ticks < 3; ticks += 1) await leader.tick(never);

    expect(reads).toBe(1);
  });

  it('is listed among those who work while it runs, when it says what it is', async () => {
    const harness = await openLeaderHarness();
    const leader = harness.leader({ about: () => '{"role":"leader"}' });

    leader.start();
    await harness.pass(
      async () => (await harness.store.listWorkers()).length === 1,
      'the first beat',
    );
    await harness.clock.advance(leaderDefaults.leaseMs);

    expect(await harness.store.listWorkers()).toMatchObject([
      { about: '{"role":"leader"}', alive: true, running: 0 },
    ]);
    await harness.stop(leader);
    expect(await harness.store.listWorkers()).toEqual([]);
  });

  it('looks again soon while a batch is open, and seldom when none is', async () => {
    const harness = await openLeaderHarness();
    const leader = harness.leader();
    expect(await leader.tick(never)).toBe(leaderDefaults.idleMs);

    await harness.batch(20, { maxInFlight: 5 });

    expect(await leader.tick(never)).toBe(leaderDefaults.busyMs);
  });

  it('starts and stops in any order, and still records each item once', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(1_000, { chunkSize: 3 });
    const leader = harness.leader();

    await startStopStress(leader, () => harness.metrics.counts.get('executionsFannedOut') ?? 0);

    expect(harness.clock.pendingTimers).toBe(0);
    await leader.tick(never);
    expect(await harness.get(id)).toMatchObject({ created: 1_000, sourceDone: true });
    expect(new Set(await harness.queued()).size).toBe(1_000);
  });
});
