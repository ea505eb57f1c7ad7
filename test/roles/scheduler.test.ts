/** When the scheduler starts batches, and what it does with occurrences that cannot be started. */
import { describe, expect, it } from 'vitest';
import type { MissedRule } from '../../lib/batch/schedule/due-occurrences.ts';
import { parseScheduleExpression } from '../../lib/batch/schedule/schedule-expression.ts';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { Scheduler } from '../../lib/roles/scheduler.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';
import { startStopStress } from '../support/start-stop-stress.ts';

const hourMs = 3_600_000;
const running = new AbortController().signal;

/** A world with a store and a clock, in which any number of leaders evaluate schedules. */
class World {
  readonly clock = new SimulatedClock(Date.parse('2026-05-01T12:00:00Z'));
  readonly store: Store = openMemoryStore({ now: () => this.clock.now() });
  readonly logger = new QuietLogger();
  /** What was started, by batch and time; a second start of the same is counted. */
  readonly starts = new Map<string, number>();
  /** Why a start fails; null while it works. */
  failure: string | null = null;
  /** Whether another batch of the name runs. */
  isBusy = false;

  leader(
    schedule = 'cron(0 2 * * ? *)',
    missed: MissedRule = 'last',
    timeZone = 'UTC',
    changes: Partial<Store> = {},
  ) {
    const expression = parseScheduleExpression(schedule);
    if (expression === undefined) throw new Error(`no expression: ${schedule}`);
    return new Scheduler({
      clock: this.clock,
      logger: this.logger,
      random: () => 0.5,
      store: { ...this.store, ...changes },
      schedules: [{ name: 'b', timing: `${schedule} ${timeZone}`, expression, timeZone, missed }],
      start: async (name, dueAt) => {
        if (this.failure !== null) throw new Error(this.failure);
        const id = `${name} ${new Date(dueAt).toISOString().slice(0, 16)}`;
        this.starts.set(id, (this.starts.get(id) ?? 0) + 1);
        return { batchId: id, started: !this.isBusy };
      },
    });
  }

  /** Lets leaders work at a time until none has more to do at once. */
  async at(time: string, ...leaders: readonly Scheduler[]): Promise<number> {
    this.clock.step(Date.parse(time) - this.clock.now());
    let pauseMs = 0;
    for (let round = 0; round < 20; round += 1) {
      const pauses = await Promise.all(leaders.map((leader) => leader.tick(running)));
      pauseMs = Math.min(...pauses);
      if (pauseMs > 0) return pauseMs;
    }
    throw new Error('the leaders do not come to rest');
  }

  get started(): string[] {
    return [...this.starts.keys()].map((id) => id.slice(2));
  }

  logged(level: 'warn' | 'error'): string[] {
    const entries = this.logger.entries.filter((entry) => entry.level === level);
    return entries.map(({ message }) => message);
  }

  async record() {
    return (await this.store.listScheduleRecords())[0];
  }
}

describe('starting batches by a schedule', () => {
  it('two leaders start each occurrence once, also when they look at the same moment', async () => {
    const world = new World();
    const leaders = [world.leader(), world.leader()];
    await world.at('2026-05-01T12:00:00Z', ...leaders);
    await world.at('2026-05-02T01:59:59Z', ...leaders);
    expect(world.started).toEqual([]);

    await world.at('2026-05-02T02:00:00Z', ...leaders);
    await world.at('2026-05-02T02:00:07Z', ...leaders);

    expect([...world.starts]).toEqual([['b 2026-05-02T02:00', 1]]);
    expect(await world.record()).toMatchObject({
      lastDueAt: Date.parse('2026-05-02T02:00:00Z'),
      waiting: null,
    });
  });

  it('a leader sleeps until most of the time to the next occurrence has passed', async () => {
    const world = new World();
    const leader = world.leader();

    expect(await world.at('2026-05-02T01:00:00Z', leader)).toBe(13_500);
    expect(await world.at('2026-05-02T01:59:58Z', leader)).toBe(1_800);
    expect(await world.at('2026-05-02T01:59:59.800Z', leader)).toBe(200);
  });

  it('a rate begins at once, and counts from then, also for a leader that comes later', async () => {
    const world = new World();
    await world.at('2026-05-01T12:00:10Z', world.leader('rate(1 hour)'));
    await world.at('2026-05-01T12:59:59Z', world.leader('rate(1 hour)'));
    await world.at('2026-05-01T13:00:10Z', world.leader('rate(1 hour)'));

    expect(world.started).toEqual(['2026-05-01T12:00', '2026-05-01T13:00']);
  });

  it('a schedule with at starts its batch once', async () => {
    const world = new World();
    const leader = world.leader('at(2026-05-02T02:00:00)', 'last', 'Europe/Berlin');
    for (const time of ['2026-05-01T23:59:59Z', '2026-05-02T00:00:01Z', '2026-05-03T00:00:01Z']) {
      await world.at(time, leader);
    }

    expect(world.started).toEqual(['2026-05-02T00:00']);
  });

  it('a schedule that is new starts nothing that was due before', async () => {
    const world = new World();
    await world.at('2026-05-02T02:00:01Z', world.leader());

    expect(world.started).toEqual([]);
  });

  it('an occurrence whose leader crashed after taking it up is started by another', async () => {
    const world = new World();
    await world.at('2026-05-01T12:00:00Z', world.leader());
    const before = await world.record();
    if (before === undefined) throw new Error('no record');
    const dueAt = Date.parse('2026-05-02T02:00:00Z');
    const taken = { dueAt, since: dueAt, tries: 0, nextTryAt: dueAt + 60_000, reason: null };
    await world.store.changeSchedule({ ...before, throughAt: dueAt, waiting: taken });

    await world.at('2026-05-02T02:00:59Z', world.leader());
    expect(world.started).toEqual([]);
    await world.at('2026-05-02T02:01:01Z', world.leader());
    expect(world.started).toEqual(['2026-05-02T02:00']);
  });

  it('the scheduler survives starts and stops in any order', async () => {
    const world = new World();
    let looks = 0;
    const listScheduleRecords = () => {
      looks += 1;
      return world.store.listScheduleRecords();
    };
    await startStopStress(
      world.leader(undefined, 'last', 'UTC', { listScheduleRecords }),
      () => looks,
    );
  });
});

describe('occurrences that were missed', () => {
  it.each<[MissedRule, string[]]>([
    ['last', ['2026-05-04T02:00']],
    ['none', []],
    [{ all: 2 }, ['2026-05-03T02:00', '2026-05-04T02:00']],
  ])('the rule %j starts %j after three nights without a leader', async (missed, expected) => {
    const world = new World();
    await world.at('2026-05-01T12:00:00Z', world.leader(undefined, missed));
    await world.at('2026-05-04T09:00:00Z', world.leader(undefined, missed));
    const { length } = world.logged('warn');
    await world.at('2026-05-04T09:01:30Z', world.leader(undefined, missed));

    expect(world.started).toEqual(expected);
    expect(length).toBe(1);
  });

  it.each<[MissedRule, string | null]>([
    ['last', '2026-05-02T02:00'],
    ['none', '2026-05-02T02:00'],
    [{ all: 2 }, '2026-05-02T02:00'],
    [{ all: 3 }, null],
  ])(
    'the rule %j leaves the first missed night %j on record until the next night',
    async (missed, due) => {
      const world = new World();
      await world.at('2026-05-01T12:00:00Z', world.leader(undefined, missed));
      await world.at('2026-05-04T09:00:00Z', world.leader(undefined, missed));
      const recorded = (await world.record())?.missed ?? null;
      await world.at('2026-05-05T02:00:00Z', world.leader(undefined, missed));

      expect(recorded && new Date(recorded.dueAt).toISOString().slice(0, 16)).toBe(due);
      expect(await world.record()).toMatchObject({ missed: null });
    },
  );

  it('a night that is skipped for its overlap is missed, and a skipped minute is not', async () => {
    const world = new World();
    const leader = world.leader();
    await world.at('2026-05-01T12:00:00Z', leader);
    world.isBusy = true;
    await world.at('2026-05-02T02:00:00Z', leader);
    const dueAt = Date.parse('2026-05-02T02:00:00Z');
    const missed = { dueAt, at: dueAt, reason: expect.stringContaining("overlap is 'skip'") };
    expect(await world.record()).toMatchObject({ missed });

    const often = new World();
    const minutely = often.leader('rate(1 minute)');
    often.isBusy = true;
    await often.at('2026-05-01T12:00:00Z', minutely);
    await often.at('2026-05-01T12:01:00Z', minutely);
    expect(await often.record()).toMatchObject({ missed: null });
  });

  it('occurrences in a pause are not missed, but skipped', async () => {
    const world = new World();
    const leader = world.leader(undefined, { all: 9 });
    await world.at('2026-05-01T12:00:00Z', leader);
    const at = () => world.clock.now();
    await world.store.pauseSchedule({ name: 'b', at: at(), paused: true, reason: null });
    await world.at('2026-05-03T12:00:00Z', leader);
    await world.store.pauseSchedule({ name: 'b', at: at(), paused: false, reason: null });
    await world.at('2026-05-04T02:00:00Z', leader);

    expect(world.started).toEqual(['2026-05-04T02:00']);
  });
});

describe('an occurrence that cannot be started', () => {
  it('a late file is waited for, and read under the date of its night', async () => {
    const world = new World();
    const leaders = [world.leader(), world.leader()];
    await world.at('2026-05-01T12:00:00Z', ...leaders);
    world.failure = 'no such file';
    await world.at('2026-05-02T02:00:00Z', ...leaders);
    expect(await world.record()).toMatchObject({
      waiting: { tries: 1, reason: 'no such file', nextTryAt: Date.parse('2026-05-02T02:00:15Z') },
    });
    await world.at('2026-05-02T02:00:10Z', ...leaders);
    await world.at('2026-05-02T02:00:16Z', ...leaders);
    expect(await world.record()).toMatchObject({ waiting: { tries: 2 } });

    world.failure = null;
    await world.at('2026-05-02T05:30:00Z', ...leaders);

    expect(world.started).toEqual(['2026-05-02T02:00']);
    expect(await world.record()).toMatchObject({ waiting: null });
    expect(world.logged('warn')).toHaveLength(1);
  });

  it('an occurrence is given up after six hours, and the next one is started', async () => {
    const world = new World();
    const leader = world.leader();
    await world.at('2026-05-01T12:00:00Z', leader);
    world.failure = 'no such file';
    await world.at('2026-05-02T02:00:00Z', leader);
    await world.at('2026-05-02T08:00:01Z', leader);
    expect(await world.record()).toMatchObject({
      waiting: null,
      lastDueAt: null,
      missed: { dueAt: Date.parse('2026-05-02T02:00:00Z'), reason: 'given up: no such file' },
    });
    expect(world.logged('error')).toEqual(['scheduled batch not started: given up']);
    world.failure = null;
    await world.at('2026-05-02T09:00:00Z', leader);
    await world.at('2026-05-03T02:00:00Z', leader);

    expect(world.started).toEqual(['2026-05-03T02:00']);
    expect(await world.record()).toMatchObject({ missed: null });
  });

  it('the next occurrence takes the place of one that waits, unless all are to be started', async () => {
    for (const [missed, expected] of [
      ['last', ['2026-05-01T14:00']],
      [{ all: 5 }, ['2026-05-01T13:00', '2026-05-01T14:00']],
    ] as const) {
      const world = new World();
      const leader = world.leader('cron(0 * * * ? *)', missed);
      await world.at('2026-05-01T12:30:00Z', leader);
      world.failure = 'no such file';
      await world.at('2026-05-01T13:00:00Z', leader);
      await world.at('2026-05-01T14:00:00Z', leader);
      world.failure = null;
      await world.at('2026-05-01T14:10:00Z', leader);

      expect(world.started).toEqual(expected);
    }
  });
});

describe('programs that disagree about a schedule', () => {
  it('the timing of the program that was started last counts', async () => {
    const world = new World();
    const [old, next] = [world.leader(), world.leader('cron(0 3 * * ? *)')];
    await world.at('2026-05-01T12:00:00Z', old);
    await world.at('2026-05-01T12:00:01Z', next);
    await world.at('2026-05-02T01:59:00Z', next);
    await world.at('2026-05-02T02:00:00Z', old, next);
    await world.at('2026-05-02T02:59:00Z', next);
    await world.at('2026-05-02T03:00:00Z', old, next);

    expect(world.started).toEqual(['2026-05-02T03:00']);
  });

  it('a timing that no leader evaluates any more is replaced after three minutes', async () => {
    const world = new World();
    const old = world.leader();
    await world.at('2026-05-01T12:00:00Z', old);
    await world.at('2026-05-01T12:00:01Z', world.leader('cron(0 3 * * ? *)'));
    await world.at('2026-05-01T12:03:02Z', old);
    world.clock.step(hourMs);
    await world.at('2026-05-02T02:00:00Z', old);

    expect(world.started).toEqual(['2026-05-02T02:00']);
  });
});
