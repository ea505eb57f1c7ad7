/** The flags of `npm run cost`. */
import { describe, expect, it } from 'vitest';
import { numberFlags, readFlags } from '../../../bench/cost/flags.ts';
import { completeWorkload } from '../../../bench/cost/workload.ts';

describe('the flags of the cost model', () => {
  it('a number may follow its flag after a space or an equals sign, in any notation', () => {
    const { workload, json } = readFlags(['--executions', '2e6', '--batch=10', '--json'], null);

    expect(workload).toEqual(completeWorkload({ executions: 2_000_000, batch: 10 }));
    expect(workload.group).toBe(10);
    expect(json).toBe(true);
  });

  it('every field of the workload has a flag', () => {
    const fields = Object.values(numberFlags).map(({ field }) => field);

    expect(fields.toSorted()).toEqual(Object.keys(completeWorkload({})).toSorted());
  });

  it('the flag --always-on keeps the database from pausing', () => {
    expect(readFlags(['--always-on'], null).workload.wakes).toBeNull();
  });

  it('a flag overrides the measured number of statements, which overrides the estimate', () => {
    expect(readFlags([], null).workload.statements).toBe(5);
    expect(readFlags([], 5.4).workload.statements).toBe(5.4);
    expect(readFlags(['--statements', '4'], 5.4).workload.statements).toBe(4);
  });

  it.each([
    [
      ['--executons', '5'],
      '--executons is not a flag of the cost model: did you mean --executions?',
    ],
    [['5'], '5 is not a flag of the cost model: the flags are --executions, --states,'],
    [['--constructor', '5'], '--constructor is not a flag of the cost model'],
    [['--batch', 'x'], '--batch must be a number of at least 1, but it is x'],
    [['--batch'], '--batch must be a number of at least 1, but it has no value'],
    [['--batch', '0'], '--batch must be a number of at least 1, but it is 0'],
  ])('invalid arguments %j are refused with a hint', (args, message) => {
    expect(() => readFlags(args, null)).toThrow(message);
  });
});
