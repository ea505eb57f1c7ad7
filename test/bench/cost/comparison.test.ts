/** The cost model against figures calculated by hand, and its sentences about cheaper engines. */
import { describe, expect, it } from 'vitest';
import { compare, comparisonNotes } from '../../../bench/cost/comparison.ts';
import { durableFunctions, durableMap } from '../../../bench/cost/durable-functions.ts';
import { breakEven, type Engine, perMillion, sum } from '../../../bench/cost/estimate.ts';
import { invocationSeconds, millrace } from '../../../bench/cost/millrace.ts';
import { monthLines } from '../../../bench/cost/months.ts';
import { amountsFor } from '../../../bench/cost/prices.ts';
import {
  express,
  expressWithLogs,
  mapBatched,
  mapPerItem,
  mapStandard,
  standard,
} from '../../../bench/cost/step-functions.ts';
import { completeWorkload, type Workload } from '../../../bench/cost/workload.ts';

const amounts = amountsFor(1);

/** Costs as they were calculated by hand: every function has the same memory. */
function totals(engine: Engine, changes: Partial<Workload> = {}) {
  const workload = completeWorkload({ workerMb: 512, ...changes });
  const estimate = engine(workload, amounts);
  return {
    orchestration: sum(Object.values(estimate.orchestration)),
    handlers: estimate.handlers,
    total: perMillion(estimate, workload),
  };
}

describe('the cost of a million executions of five states, three of them tasks of 100 ms', () => {
  it.each<[string, Engine, Partial<Workload>, number, number]>([
    ['Standard', standard, {}, 125, 127.6],
    ['Express', express, {}, 1.42, 4.02],
    ['Express with logs', expressWithLogs, {}, 7.42, 10.02],
    ['a distributed Map, an Express child an item', mapPerItem, {}, 26.42, 29.02],
    ['a distributed Map by tens', mapBatched, { batch: 10 }, 2.92, 4.98],
    ['a distributed Map by hundreds', mapBatched, { batch: 100 }, 0.57, 2.58],
    ['a distributed Map of Standard children', mapStandard, {}, 150, 152.6],
    ['durable functions', durableFunctions, {}, 33.6, 36.2],
    ['Millrace by tens', millrace, { batch: 10, statements: 4 }, 1.53, 3.53],
    ['Millrace by tens, waiting', millrace, { batch: 10, statements: 4, overlap: 10 }, 1.53, 1.73],
  ])(
    'the cost of %s matches the calculation by hand',
    (_, engine, changes, orchestration, total) => {
      const found = totals(engine, changes);

      expect(found.orchestration).toBeCloseTo(orchestration, 2);
      expect(found.total).toBeCloseTo(total, 2);
    },
  );

  it.each<[string, Partial<Workload>, number]>([
    ['by hundreds', { batch: 100, statements: 4 }, 3.2],
    ['with a claim and an end alone', { batch: 10, statements: 2 }, 2.87],
    ['without groups', { batch: 10, group: 1, statements: 4 }, 6.2],
  ])('the cost of Millrace %s is within 2% of the calculation by hand', (_, changes, total) => {
    expect(Math.abs(totals(millrace, changes).total / total - 1)).toBeLessThan(0.02);
  });

  it('durable functions that map over items cost $16.16 in operations', () => {
    const { orchestration } = durableMap(completeWorkload({}), amounts);

    expect(orchestration.operations).toBeCloseTo(16.16, 2);
  });

  it('a database that is always on pays off from the break-even number of executions', () => {
    const alwaysOn = 0.5 * 730 * 0.12;
    const from = (theirs: number) => (breakEven(alwaysOn, theirs, 3.53) ?? 0) / 1e6;

    expect(alwaysOn).toBeCloseTo(43.8, 2);
    expect(from(36.2)).toBeCloseTo(1.34, 2);
    expect(from(127.6)).toBeCloseTo(0.353, 3);
    expect(from(29.02)).toBeCloseTo(1.72, 2);
    expect(from(10.02)).toBeCloseTo(6.75, 2);
    expect(from(4.02)).toBeCloseTo(89.4, 1);
    expect(breakEven(alwaysOn, 2.58, 3.53)).toBeNull();
  });
});

describe('the fixed cost of a month', () => {
  it.each([
    ['a database that is always on', null, 43.8],
    ['3.3 cents for each wake', 10, 0.33],
  ])('an idle month costs %s, idle polls, a secret and alarms', (_, wakes, database) => {
    const others = { alarms: 10, secrets: 1, dashboards: 0, metrics: 0, runs: 0 };
    const { fixedPerMonth } = millrace(completeWorkload({ wakes, ...others }), amounts);

    expect(fixedPerMonth - database).toBeCloseTo(7 * 0.2592 + 0.4 + 1, 2);
  });
});

describe('the bill of a month', () => {
  const bill = (changes: Partial<Workload>) => {
    const lines = monthLines(completeWorkload(changes), amounts);
    return new Map(lines.map(({ name, idle, busy }) => [name.split(':')[0] ?? '', { idle, busy }]));
  };

  it('the lines of a month add up to its total, which is that of the comparison', () => {
    const workload = completeWorkload({
      runs: 30,
      eventShare: 1,
      natGateways: 1,
      dashboardHours: 8,
      apiCalls: 100_000,
      activityWorkers: 2,
    });
    const lines = monthLines(workload, amounts);
    const [ours] = compare(workload).engines;

    const together = lines.at(-1);
    const added = sum(lines.slice(0, -1).map(({ busy }) => busy));
    expect(together?.busy).toBeCloseTo(added, 6);
    expect(together?.busy).toBeCloseTo(ours?.perMonth ?? 0, 6);
  });

  it('an idle month costs polls, alarms, a dashboard and secrets, and nothing that works', () => {
    const lines = monthLines(completeWorkload({ runs: 30 }), amounts);
    const paid = lines.filter(({ idle }) => idle > 0).map(({ name }) => name);

    expect(paid).toEqual([
      'SQS: polls of idle queues',
      'CloudWatch: alarms',
      'CloudWatch: dashboard',
      'Secrets Manager: users of the database',
      'together',
    ]);
    expect(lines.at(-1)?.idle).toBeCloseTo(7 * 0.2592 + 31 * 0.1 + 3 + 3 * 0.4, 2);
  });

  it('a month with an event for each of a million executions costs a dollar more', () => {
    const of = (eventShare: number) => bill({ eventShare }).get('together')?.busy ?? 0;

    expect(of(1) - of(0)).toBeCloseTo(1, 6);
  });

  it('a worker of activities costs its wait for work, also in a month in which nothing runs', () => {
    const line = bill({ activityWorkers: 1 }).get("Step Functions' API");

    expect(line?.idle).toBeGreaterThan(1);
    expect(line?.busy).toBe(line?.idle);
    expect(bill({ apiCalls: 1e6 }).get("Step Functions' API")?.busy).toBeGreaterThan(1);
  });

  it('custom metrics are billed for the hours in which work is done', () => {
    const hours = (runs: number) =>
      monthLines(completeWorkload({ runs, metrics: 100 }), amounts).find(({ name }) =>
        name.includes('custom metrics'),
      )?.busy;

    expect(hours(0)).toBe(0);
    expect(hours(73)).toBeCloseTo(100 * 0.3 * 0.1, 6);
    expect(hours(10_000)).toBeCloseTo(30, 6);
  });
});

describe('the ceiling', () => {
  it('the throughput of Millrace is limited by its functions or by its database', () => {
    const workload = completeWorkload({ batch: 10, statements: 4, concurrency: 1250 });
    const at = (maxAcus: number) => millrace({ ...workload, maxAcus }, amounts).ceiling;

    expect(invocationSeconds(workload)).toBeCloseTo(3.2, 5);
    expect(at(256)).toEqual({ perSecond: 3906.25, by: '1,250 invocations at once' });
    expect(at(1).by).toBe('1 ACUs, an estimate');
  });

  it('the throughput of Standard is limited by starts, that of long machines by transitions', () => {
    const at = (states: number) => standard(completeWorkload({ states }), amounts).ceiling;

    expect(at(5)).toEqual({ perSecond: 300, by: 'StartExecution, 300/s' });
    expect(at(50)).toEqual({ perSecond: 100, by: 'state transitions, 5,000/s' });
  });
});

describe('a comparison', () => {
  it('a comparison names cheaper engines and the features that they lack', () => {
    const sentences = comparisonNotes(compare(completeWorkload({})));

    expect(sentences[0]).toMatch(
      /^Step Functions Express, no logs is cheaper by \$\d+\.\d\d a month/,
    );
    expect(sentences[2]).toMatch(/^distributed Map, an Express child for 100 items is cheaper by /);
    expect(sentences).toHaveLength(4);
  });

  it.each<[Partial<Workload>, string]>([
    [{ payloadKb: 300 }, 'Step Functions Standard cannot run this: a payload has at most 256 KiB.'],
    [
      { states: 6000 },
      'Step Functions Standard cannot run this: a history has at most 25,000 events.',
    ],
    [
      { handlerMs: 200_000 },
      'Step Functions Express, no logs cannot run this: an Express execution lasts at most 5 minutes.',
    ],
    [
      { tasks: 3000 },
      'Lambda durable functions cannot run this: an execution has at most 3000 operations.',
    ],
  ])('a comparison of the workload %j names an engine that cannot run it', (changes, sentence) => {
    expect(comparisonNotes(compare(completeWorkload(changes)))).toContain(sentence);
  });

  it('a more expensive region raises every cost and leaves the break-even points', () => {
    const here = compare(completeWorkload({}));
    const there = compare(completeWorkload({ regionFactor: 1.5 }));

    for (const [index, engine] of there.engines.entries()) {
      const other = here.engines[index];
      expect(engine.perMillion / (other?.perMillion ?? 0)).toBeCloseTo(1.5, 6);
      if (engine.breakEven !== null) {
        expect(engine.breakEven / (other?.breakEven ?? 0)).toBeCloseTo(1, 6);
      }
    }
  });

  it('a hosted dashboard costs a secret and an alarm, and the database for hours of use', () => {
    const fixed = (dashboardHours: number) =>
      millrace(completeWorkload({ dashboardHours }), amounts).fixedPerMonth;

    expect(fixed(1) - fixed(0)).toBeCloseTo(0.5 + 0.063, 3);
    expect(fixed(11) - fixed(1)).toBeCloseTo(10 * 0.0627, 3);
  });
});
