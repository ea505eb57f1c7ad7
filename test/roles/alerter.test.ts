/** The alerter opens, updates and ends alerts once, however many leaders evaluate. */
import { describe, expect, it } from 'vitest';
import { parseScheduleExpression } from '../../lib/batch/schedule/schedule-expression.ts';
import type { Broker } from '../../lib/ports/broker.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { Alerter, type AlerterOptions } from '../../lib/roles/alerter.ts';
import { alertRuleDefaults } from '../../lib/roles/alerts/alert-rules.ts';
import { Scheduler } from '../../lib/roles/scheduler.ts';
import { RoleHarness, type RoleHarnessOptions, unavailable } from '../support/role-harness.ts';
import { startStopStress } from '../support/start-stop-stress.ts';

const minuteMs = 60_000;

function setUp(options: RoleHarnessOptions = {}) {
  const harness = new RoleHarness(options);
  const alerter = (changes: Partial<AlerterOptions> = {}) =>
    new Alerter({
      ...harness,
      queues: ['default'],
      rules: alertRuleDefaults,
      urls: ['https://hooks.example.com/a', 'https://hooks.example.com/b'],
      ...changes,
    });
  const open = () => harness.store.listAlerts(10, true);
  return { harness, alerter, open };
}

describe('an alerter', () => {
  it('an alert opens, is updated and ends with its condition', async () => {
    const { harness, alerter, open } = setUp();
    const evaluating = alerter();
    const id = await harness.record();
    await harness.clock.advance(16 * minuteMs);

    await evaluating.tick();
    const [opened] = await open();
    await harness.clock.advance(2 * minuteMs);
    await evaluating.tick();
    const [updated] = await open();
    await harness.executor().run(await harness.claim(id));
    await evaluating.tick();

    expect(opened).toMatchObject({
      rule: 'queueAge',
      subject: 'queue:default',
      since: harness.clock.now() - 2 * minuteMs,
      message: expect.stringContaining('16 min'),
    });
    expect(updated).toMatchObject({ id: opened?.id, message: expect.stringContaining('18 min') });
    expect(await harness.store.listAlerts(10)).toMatchObject([
      { id: opened?.id, endedAt: harness.clock.now() },
    ]);
    expect(harness.events.published.map(({ type }) => type)).toEqual([
      'millrace.alert.opened',
      'millrace.alert.ended',
    ]);
    expect(harness.events.published[0]?.detail).toMatchObject({
      alertId: opened?.id,
      link: '/queues/default',
    });
  });

  it('a night whose file is late and then missing opens alerts, and the next night ends them', async () => {
    const { harness, alerter, open } = setUp();
    const timing = 'rate(1 day)';
    const expression = parseScheduleExpression(timing);
    if (expression === undefined) throw new Error('no expression');
    let failure: string | null = 'no such file: in.csv';
    const scheduler = new Scheduler({
      ...harness,
      schedules: [{ name: 'nightly', timing, expression, timeZone: 'UTC', missed: 'last' }],
      start: async () => {
        if (failure !== null) throw new Error(failure);
        return { batchId: 'b', started: true };
      },
    });
    const lookAfter = async (ms: number) => {
      await harness.clock.advance(ms);
      await scheduler.tick(new AbortController().signal);
      await alerter().tick();
      return (await open()).map(({ rule, severity, message }) => [rule, severity, message]);
    };

    expect(await lookAfter(0)).toEqual([]);
    expect(await lookAfter(20 * minuteMs)).toEqual([
      [
        'scheduleLate',
        'warning',
        "the batch 'nightly' was due 20 min ago and has not started: no such file: in.csv",
      ],
    ]);
    expect(await lookAfter(360 * minuteMs)).toEqual([
      ['scheduleMissed', 'critical', expect.stringContaining('given up: no such file: in.csv')],
    ]);
    failure = null;
    expect(await lookAfter(24 * 60 * minuteMs)).toEqual([]);
    expect(harness.events.published).toHaveLength(4);
  });

  it('each alert that opens or ends is queued for every webhook', async () => {
    const { harness, alerter } = setUp();
    const id = await harness.record();
    await harness.clock.advance(16 * minuteMs);
    await alerter().tick();

    const first = await harness.store.leaseDeliveries(10, minuteMs);
    for (const delivery of first) await harness.store.settleDelivery(delivery.id, null);
    await harness.executor().run(await harness.claim(id));
    await alerter().tick();
    const second = await harness.store.leaseDeliveries(10, minuteMs);

    const shown = [...first, ...second].map(({ url, type, secretName }) => [url, type, secretName]);
    expect(shown).toEqual([
      ['https://hooks.example.com/a', 'millrace.alert.opened', null],
      ['https://hooks.example.com/b', 'millrace.alert.opened', null],
      ['https://hooks.example.com/a', 'millrace.alert.ended', null],
      ['https://hooks.example.com/b', 'millrace.alert.ended', null],
    ]);
    expect(JSON.parse(first[0]?.body ?? '')).toMatchObject({
      type: 'millrace.alert.opened',
      detail: { rule: 'queueAge', subject: 'queue:default', endedAt: null },
    });
  });

  it('each alert is opened and ended by one of several leaders', async () => {
    const { harness, alerter, open } = setUp();
    const id = await harness.record();
    await harness.clock.advance(16 * minuteMs);
    const leaders = [alerter(), alerter(), alerter()];

    await Promise.all(leaders.map((each) => each.tick()));
    expect(await open()).toHaveLength(1);
    await harness.executor().run(await harness.claim(id));
    await Promise.all(leaders.map((each) => each.tick()));

    expect(await open()).toEqual([]);
    expect(harness.events.published).toHaveLength(2);
    expect(await harness.store.leaseDeliveries(10, minuteMs)).toHaveLength(4);
  });

  it('a broker that does not answer keeps its alerts, and the other rules are evaluated', async () => {
    let isDown = false;
    const { harness, alerter, open } = setUp({
      broker: (real: Broker) => {
        const stats = real.stats.bind(real);
        return Object.assign(real, {
          stats: async (queues: readonly string[]) => {
            if (isDown) throw unavailable();
            return (await stats(queues)).map((each) => ({ ...each, dead: 12 }));
          },
        });
      },
    });
    await alerter().tick();
    expect(await open()).toMatchObject([{ rule: 'deadLetters' }]);
    isDown = true;
    await harness.record();
    await harness.clock.advance(16 * minuteMs);

    await alerter().tick();

    const rules = (await open()).map(({ rule }) => rule);
    expect(rules.toSorted()).toEqual(['deadLetters', 'queueAge']);
    expect(harness.logger.entries.map(({ message }) => message)).toContain(
      'queue depths not read: their alerts stay',
    );
  });

  it('the clock and the schema of the database are looked at every five minutes', async () => {
    let looks = 0;
    const { harness, alerter, open } = setUp({
      store: (real: Store) => {
        const inspect = real.inspect.bind(real);
        return Object.assign(real, {
          inspect: async () => {
            looks += 1;
            const facts = await inspect();
            const schema = { applied: 1, known: 2, fits: false };
            return { ...facts, now: facts.now + 9_000, schema };
          },
        });
      },
    });
    const evaluating = alerter();

    await evaluating.tick();
    await harness.clock.advance(4 * minuteMs);
    await evaluating.tick();
    expect(looks).toBe(1);
    await harness.clock.advance(minuteMs);
    await evaluating.tick();

    expect(looks).toBe(2);
    expect((await open()).map(({ rule }) => rule).toSorted()).toEqual([
      'clockSkew',
      'schemaBehind',
    ]);
  });

  it('an alerter that is started and stopped in any order leaves no timer behind', async () => {
    let looks = 0;
    const { harness, alerter } = setUp({
      store: (real: Store) => {
        const listQueueWaits = real.listQueueWaits.bind(real);
        return Object.assign(real, {
          listQueueWaits: () => {
            looks += 1;
            return listQueueWaits();
          },
        });
      },
    });

    await startStopStress(alerter(), () => looks);

    expect(harness.clock.pendingTimers).toBe(0);
  });
});
