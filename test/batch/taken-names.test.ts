/** What happens to items whose name is taken. */
import { describe, expect, it } from 'vitest';
import { type BatchOptions, batchDefaults } from '../../lib/batch/batch-options.ts';
import { needsTakenNames, settleNames } from '../../lib/batch/taken-names.ts';
import type { NewExecution } from '../../lib/ports/store/execution-store.ts';

function named(name: string, batchIndex: number): NewExecution {
  return {
    id: `id-${batchIndex}`,
    machineId: 'orders',
    machineVersion: 1,
    name,
    input: '{}',
    queue: 'default',
    retriesMax: 3,
    batchId: 'b1',
    batchIndex,
  };
}

function options(onNameTaken: BatchOptions['onNameTaken']) {
  return { ...batchDefaults, namePrefix: 'b1', item: { name: '$.id' }, onNameTaken };
}

const taken = [
  { name: 'own', batchId: 'b1' },
  { name: 'other', batchId: 'b0' },
  { name: 'single', batchId: null },
];

function settle(names: readonly string[], onNameTaken: BatchOptions['onNameTaken']) {
  return settleNames(names.map(named), taken, options(onNameTaken)).map(
    ({ name, problem = null, retriesMax }) => ({ name, problem, retriesMax }),
  );
}

const plain = (name: string) => ({ name, problem: null, retriesMax: 3 });

describe('settleNames', () => {
  it('an item that repeats a name of its batch fails, and one of another batch is left out', () => {
    expect(settle(['new', 'new', 'own', 'other', 'single'], null)).toEqual([
      plain('new'),
      {
        name: 'b1-1',
        retriesMax: 0,
        problem: 'the name "new" is taken by an earlier item of the batch',
      },
      {
        name: 'b1-2',
        retriesMax: 0,
        problem: 'the name "own" is taken by an earlier item of the batch',
      },
      plain('other'),
      plain('single'),
    ]);
  });

  it('every item whose name is taken fails when it is to fail', () => {
    expect(settle(['other'], 'fail')).toEqual([
      {
        name: 'b1-0',
        retriesMax: 0,
        problem: 'the name "other" is taken by an earlier execution of the machine',
      },
    ]);
  });

  it('an item whose name is taken gets its index as a suffix, within 80 characters', () => {
    const long = 'x'.repeat(80);

    expect(settle(['own', long, long], 'suffix').map(({ name }) => name)).toEqual([
      'own-0',
      long,
      `${'x'.repeat(78)}-2`,
    ]);
  });

  it('a failed item is not linked to its source, which a later batch can take', () => {
    const link = { sourceExecutionId: 's', sourceState: '', transformer: '' };

    const [failed] = settleNames([{ ...named('other', 0), link }], taken, options('fail'));

    expect(failed?.link).toBeUndefined();
  });
});

describe('needsTakenNames', () => {
  it('names are looked up only where the store cannot tell what to do with a taken one', () => {
    expect(needsTakenNames(options(null))).toBe(true);
    expect(needsTakenNames(options('skip'))).toBe(false);
    expect(needsTakenNames({ ...options(null), item: {} })).toBe(false);
    expect(needsTakenNames({ ...options('fail'), item: {} })).toBe(true);
  });
});
