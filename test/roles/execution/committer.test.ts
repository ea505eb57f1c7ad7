/** Group commit: how groups form, what an outage costs, and which checkpoints a bad one fails. */
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../../lib/errors.ts';
import type { Checkpoint } from '../../../lib/ports/store/checkpoint-store.ts';
import { Committer } from '../../../lib/roles/execution/committer.ts';
import { CountingMetrics } from '../../support/counting-metrics.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { unavailable } from '../../support/role-harness.ts';
import { until } from '../../support/signal.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

type Commit = (group: readonly Checkpoint[]) => Promise<ReadonlySet<string>>;

const writeAll: Commit = async (group) => new Set(group.map(({ executionId }) => executionId));

function setUp(commit: Commit, gatherMs = 0) {
  const clock = new SimulatedClock();
  const logger = new QuietLogger();
  const metrics = new CountingMetrics();
  const groups: number[] = [];
  const store = {
    gatherMs,
    commit: (group: readonly Checkpoint[]) => {
      groups.push(group.length);
      return commit(group);
    },
  };
  const committer = new Committer({ store, clock, logger, metrics, retryMsMax: 30_000 });
  return { clock, logger, metrics, groups, committer };
}

function checkpoint(executionId: string): Checkpoint {
  return {
    executionId,
    fence: 1,
    status: 'RUNNING',
    snapshot: '{}',
    events: null,
    firstEventId: 0,
    lease: 'keep',
    dueInMs: null,
    wakeupSent: false,
    attempts: 0,
    output: null,
    error: null,
    cause: null,
    archiveReason: null,
    signalsSeen: 0,
    signalsUnused: [],
    notify: null,
  };
}

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => checkpoint(`e${index}`));

describe('a committer', () => {
  it('a committer holds a group open for as long as the store asks', async () => {
    const { clock, groups, committer } = setUp(writeAll, 5);

    const first = committer.commit(checkpoint('early'));
    await until(() => clock.pendingTimers === 1, 'the group to be held open');
    await clock.advance(4);
    const second = committer.commit(checkpoint('late'));
    expect(groups).toEqual([]);
    await clock.advance(1);

    expect(await Promise.all([first, second])).toEqual([true, true]);
    expect(groups).toEqual([2]);
  });

  it('checkpoints that arrive during a write are written in groups of at most 200', async () => {
    const { groups, committer, metrics } = setUp(writeAll);

    const answers = await Promise.all(many(1_000).map((each) => committer.commit(each)));

    expect(answers.every((written) => written)).toBe(true);
    expect(groups).toEqual([200, 200, 200, 200, 200]);
    expect(metrics.observed.get('commitGroup')).toEqual(groups);
  });

  it('a commit resolves with false for an execution that another worker holds, and with true for the rest of its group', async () => {
    const { groups, committer } = setUp(async (group) => {
      const written = await writeAll(group);
      return new Set([...written].filter((id) => id !== 'e1'));
    });

    const answers = await Promise.all(many(3).map((each) => committer.commit(each)));

    expect(answers).toEqual([true, false, true]);
    expect(groups).toEqual([3]);
  });

  it('a committer retries an unreachable database with growing delays and loses no checkpoint', async () => {
    const times: number[] = [];
    const { clock, committer, logger } = setUp(async (group) => {
      times.push(clock.now());
      if (times.length < 5) throw unavailable();
      return writeAll(group);
    });
    const startedAt = clock.now();

    const answers = Promise.all(many(3).map((each) => committer.commit(each)));
    await until(() => times.length === 1, 'the first attempt');
    await clock.advance(10_000);

    expect(await answers).toEqual([true, true, true]);
    expect(times.map((at) => at - startedAt)).toEqual([0, 50, 150, 350, 750]);
    expect(logger.entries).toMatchObject([
      { message: 'checkpoints not written: retrying' },
      { message: 'checkpoints written again', fields: { failures: 4, lastedMs: 750 } },
    ]);
    await committer.idle();
  });

  it('a committer stops retrying when the lease cannot be valid any more', async () => {
    const { clock, committer, groups } = setUp(async () => {
      throw unavailable();
    });

    const answer = expect(committer.commit(checkpoint('e'))).rejects.toThrow('no answer');
    await until(() => groups.length === 1, 'the first attempt');
    await clock.advance(31_000);
    await clock.advance(2_000);

    await answer;
    await committer.idle();
  });

  it('a checkpoint that the store permanently refuses fails alone', async () => {
    const { committer } = setUp(async (group) => {
      if (group.some(({ executionId }) => executionId === 'e77')) {
        throw new MillraceError('STORE_FAILED', 'poison');
      }
      return writeAll(group);
    });

    const answers = await Promise.allSettled(many(200).map((each) => committer.commit(each)));

    const refused = answers.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []));
    expect(refused).toEqual([77]);
  });

  it('idle resolves when no checkpoint is pending', async () => {
    let written = 0;
    const { committer } = setUp(async (group) => {
      written += group.length;
      return writeAll(group);
    });
    for (const each of many(450)) void committer.commit(each);

    await committer.idle();

    expect(written).toBe(450);
  });
});
