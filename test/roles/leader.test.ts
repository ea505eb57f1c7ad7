/** The leader records each item exactly once, whatever crashes and however many leaders run. */
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../lib/errors.ts';
import { leaderDefaults } from '../../lib/roles/leader.ts';
import { endBatch, type LeaderHarness, openLeaderHarness } from '../support/leader-harness.ts';
import { withSend } from '../support/role-harness.ts';
import { settle } from '../support/signal.ts';
import { startStopStress } from '../support/start-stop-stress.ts';

const never = new AbortController().signal;

/** Expects the counters of the batch to equal the number of its executions. */
async function expectCountersToMatch(harness: LeaderHarness, batchId: string) {
  const batch = await harness.get(batchId);
  const counted = { created: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };
  const names = new Map([
    ['SUCCEEDED', 'succeeded'],
    ['FAILED', 'failed'],
    ['TIMED_OUT', 'timedOut'],
    ['ABORTED', 'aborted'],
  ] as const);
  for (const { status } of await harness.listExecutions(batchId)) {
    counted.created += 1;
    const name = [...names].find(([name]) => name === status)?.[1];
    if (name !== undefined) counted[name] += 1;
  }
  expect(batch).toMatchObject(counted);
}

describe('leading a batch', () => {
  it('a leader records each item once, in order, under its own name, and sends its task', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(25, {
      chunkSize: 10,
      namePrefix: 'n',
      item: { input: 'double' },
    });

    await harness.leader().tick(never);

    const executions = await harness.listExecutions(id);
    expect(executions.map(({ name }) => name)).toEqual(
      Array.from({ length: 25 }, (_, index) => `n-${index}`),
    );
    expect(await harness.queued()).toEqual(executions.map((execution) => execution.id));
    const seventh = await harness.store.findExecution('machine', 'n-7');
    expect(seventh?.input).toBe('14');
    expect(await harness.get(id)).toMatchObject({ created: 25, sourceDone: true, sentIndex: 25 });
  });

  it('the counters of an ended batch equal the number of its executions', async () => {
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

    expect(batch).toMatchObject({ status: 'FAILED', created: 100, succeeded: 90, failed: 10 });
    await expectCountersToMatch(harness, id);
    expect(await harness.store.countArchive({ batchId: id })).toBe(10);
  });

  it('a leader records nothing while maxInFlight executions are in flight', async () => {
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

  it('a batch ends although its executions end before their sent index is recorded', async () => {
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
  });

  it('a batch of an empty source ends SUCCEEDED', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(0);

    expect(await endBatch(harness, id)).toMatchObject({
      status: 'SUCCEEDED',
      created: 0,
      reason: null,
    });
  });

  it('a bad item counts as a failed execution, and the other items run', async () => {
    const harness = await openLeaderHarness();
    harness.objects.write('items.jsonl', '1\n{bad\n3\n');
    const id = await harness.batch({ kind: 'jsonLines', path: 'items.jsonl' });

    const batch = await endBatch(harness, id);

    expect(batch).toMatchObject({ status: 'FAILED', created: 3, succeeded: 2, failed: 1 });
    const { entries } = await harness.store.listArchive({ batchId: id }, { limit: 10 });
    expect(entries).toMatchObject([{ error: 'Millrace.InvalidItem' }]);
  });
});

describe('crashes and outages of a leader', () => {
  it('a crash between recording a chunk and sending its tasks loses and doubles nothing', async () => {
    const faults = { crashing: true };
    const harness = await openLeaderHarness({
      broker: (real) =>
        withSend(real, async (send, ...given) => {
          // The process has crashed: nothing after this happens.
          if (faults.crashing) return new Promise(() => {});
          return send(...given);
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

    const executions = await harness.listExecutions(id);
    expect(executions).toHaveLength(30);
    expect((await harness.queued()).sort()).toEqual(executions.map((each) => each.id).sort());
    expect(await harness.get(id)).toMatchObject({ created: 30, sourceDone: true, sentIndex: 30 });
  });

  it('a leader continues without loss when the store wrote a chunk but its answer was lost', async () => {
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

    const executions = await harness.listExecutions(id);
    expect(executions).toHaveLength(30);
    expect((await harness.queued()).sort()).toEqual(executions.map((each) => each.id).sort());
  });

  it('the sweeper sends tasks that the leader could not send', async () => {
    const faults = { failing: true };
    const harness = await openLeaderHarness({
      broker: (real) =>
        withSend(real, async (send, ...given) => {
          if (faults.failing) throw new MillraceError('BROKER_UNAVAILABLE', 'gone');
          return send(...given);
        }),
    });
    const id = await harness.batch(30);
    await harness.leader().tick(never);
    expect(await harness.queued()).toEqual([]);

    faults.failing = false;

    expect(await endBatch(harness, id)).toMatchObject({ status: 'SUCCEEDED', succeeded: 30 });
  });

  it('another leader continues at the saved cursor and reads nothing before it', async () => {
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
    const names = new Set((await harness.listExecutions(id)).map(({ name }) => name));
    expect(names.size).toBe(80);
  });
});

describe('several leaders', () => {
  it('concurrent leaders double nothing, however their ticks interleave', async () => {
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
      expect(await harness.listExecutions(id)).toHaveLength(40);
    }
  });

  it('a leader whose lease expired writes nothing, and another one takes the batch over', async () => {
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

    // One that was refused, and three of the leader that took over.
    expect(chunks).toBe(4);
    expect(await harness.listExecutions(id)).toHaveLength(30);
    expect(await harness.get(id)).toMatchObject({ created: 30 });
    expect(new Set(await harness.queued()).size).toBe(30);
  });
});

describe('a leader', () => {
  it('a leader that stops releases its batches and closes their sources', async () => {
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

  it('a leader reads the source and the options of a batch once, however often it ticks', async () => {
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

  it('a leader with metadata is listed as a worker while it runs', async () => {
    const harness = await openLeaderHarness();
    const leader = harness.leader({ about: () => '{"role":"leader"}' });

    leader.start();
    await harness.pass(
      async () => (await harness.store.listWorkers()).length === 1,
      'the first heartbeat',
    );
    await harness.clock.advance(leaderDefaults.leaseMs);

    expect(await harness.store.listWorkers()).toMatchObject([
      { about: '{"role":"leader"}', alive: true, running: 0 },
    ]);
    await harness.stop(leader);
    expect(await harness.store.listWorkers()).toEqual([]);
  });

  it('a leader ticks often while a batch is open, and rarely when none is', async () => {
    const harness = await openLeaderHarness();
    const leader = harness.leader();
    expect(await leader.tick(never)).toBe(leaderDefaults.idleMs);

    await harness.batch(20, { maxInFlight: 5 });

    expect(await leader.tick(never)).toBe(leaderDefaults.busyMs);
  });

  it('a leader that is started and stopped in any order records each item once', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(1_000, { chunkSize: 3, failurePolicy: null });
    const leader = harness.leader();

    await startStopStress(leader, () => harness.metrics.counts.get('executionsFannedOut') ?? 0);

    expect(harness.clock.pendingTimers).toBe(0);
    await leader.tick(never);
    expect(await harness.get(id)).toMatchObject({ created: 1_000, sourceDone: true });
    expect(new Set(await harness.queued()).size).toBe(1_000);
  });
});
