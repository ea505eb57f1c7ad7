/** The flags of `npm run cost`. */
import { describe, expect, it } from 'vitest';
import { numberFlags, readFlags } from '../../../bench/cost/flags.ts';
import { completeWorkload } from '../../../bench/cost/workload.ts';

describe('the flags of the cost model', () => {
  it('are numbers as people write them, behind a space or an equals sign', () => {
    const { workload, json } = readFlags(['--executions', '2e6', '--batch=10', '--json'], null);

    expect(workload).toEqual(completeWorkload({ executions: 2_000_000, batch: 10 }));
    expect(workload.group).toBe(10);
    expect(json).toBe(true);
  });

  it('reach every field of the workload', () => {
    const fields = Object.values(numberFlags).map(({ field }) => field);

    expect(fields.toSorted()).toEqual(Object.keys(completeWorkload({})).toSorted());
  });

  it('may keep the database always on', () => {
    expect(readFlags(['--always-on'], null).workload.wakes).toBeNull();
  });

  it('go before what was measured, which goes before what is reckoned', () => {
    expect(readFlags([], null).workload.statements).toBe(5);
    expect(readFlags([], 5.4).workload.statements).toBe(5.4);
    expect(readFlags(['--statements', '4'], 5.4).workload.statements).toBe(4);
  });

  it.each([
    [['--executons', '5'], '--executons is no flag of the cost model: did you mean --executions?'],
    [['5'], '5 is no flag of the cost model: there are --executions, --states,'],
    [['--constructor', '5'], '--constructor is no flag of the cost model'],
    [['--batch', 'x'], '--batch must be a number of at least 1, but it is x'],
    [['--batch'], '--batch must be a number of at least 1, but nothing follows'],
    [['--batch', '0'], '--batch must be a number of at least 1, but it is 0'],
  ])('are refused when they are %j', (args, message) => {
    expect(() => readFlags(args, null)).toThrow(message);
  });
});
