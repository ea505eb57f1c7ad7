/** The options of a batch: defaults, problems, and their JSON in the batch's row. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { batchDefaults, parseBatchOptions } from '../../lib/batch/batch-options.ts';

/** Returns the message that lists every problem of the options. */
function catchMessage(options: unknown): string {
  try {
    parseBatchOptions(options, 'b1');
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
    return error instanceof Error ? error.message : '';
  }
  throw new Error(`accepted: ${JSON.stringify(options)}`);
}

describe('the default batch options', () => {
  it('options that are left out get their defaults, and the name prefix the batch’s id', () => {
    expect(parseBatchOptions({}, 'batch-7')).toEqual({ ...batchDefaults, namePrefix: 'batch-7' });
  });

  it('the default batch options have the documented values', () => {
    expect(batchDefaults).toEqual({
      maxInFlight: 10_000,
      chunkSize: 1_000,
      retriesMax: 3,
      priority: 'default',
      mode: 'parallel',
      microBatchSize: 500,
      overlap: 'allow',
      onNameTaken: null,
      stopOnError: false,
      toleratedFailureCount: null,
      toleratedFailurePercentage: null,
      failurePolicy: {
        softThreshold: 0.05,
        hardThreshold: 0.1,
        attemptThreshold: 0.5,
        severeThreshold: null,
        smoothing: 0.2,
        windowSize: 100,
      },
      item: {},
      at: null,
      onEnd: null,
      alias: null,
      publishedVersion: null,
      results: null,
    });
  });

  it('the default batch options are frozen', () => {
    expect(Object.isFrozen(batchDefaults)).toBe(true);
    expect(Object.isFrozen(batchDefaults.failurePolicy)).toBe(true);
  });

  it('the doc comments of the batch options state the real defaults', () => {
    const source = readFileSync(
      new URL('../../lib/batch/batch-options.ts', import.meta.url),
      'utf8',
    );
    const documented = new Map<string, string>();
    for (const found of source.matchAll(/@default ([^*]+)\*\/\s+readonly (\w+)\??:/g)) {
      documented.set(found[2] ?? '', (found[1] ?? '').replaceAll(/[,']/g, '').trim());
    }
    const { failurePolicy, item: _item, ...rest } = batchDefaults;

    for (const [name, value] of Object.entries({ ...rest, ...failurePolicy })) {
      const text = documented.get(name) ?? 'nothing';
      expect(typeof value === 'number' ? Number(text) : text, name).toBe(
        typeof value === 'number' ? value : String(value),
      );
    }
  });
});

describe('parseBatchOptions', () => {
  it('batch options survive being stored as JSON in the batch’s row', () => {
    const options = parseBatchOptions(
      {
        maxInFlight: 5,
        namePrefix: 'nightly',
        toleratedFailurePercentage: 2.5,
        failurePolicy: { hardThreshold: 0.5 },
        item: { name: '$.id', input: 'toInput' },
      },
      'b1',
    );

    expect(parseBatchOptions(JSON.parse(JSON.stringify(options)), 'b1')).toEqual(options);
    expect(options.failurePolicy).toEqual({
      ...batchDefaults.failurePolicy,
      hardThreshold: 0.5,
    });
  });

  it('an option of zero stays zero and does not become the default', () => {
    const zeros = { retriesMax: 0, toleratedFailureCount: 0, toleratedFailurePercentage: 0 };

    expect(parseBatchOptions(zeros, 'b1')).toMatchObject(zeros);
    const policy = { softThreshold: 0, hardThreshold: 0 };
    expect(parseBatchOptions({ failurePolicy: policy }, 'b1').failurePolicy).toMatchObject(policy);
  });

  it('a failure policy of null is accepted', () => {
    expect(parseBatchOptions({ failurePolicy: null }, 'b1').failurePolicy).toBeNull();
  });

  it('one error lists every invalid option with the value that was found', () => {
    const fault = catchMessage({ chunkSize: 0, retriesMax: 'many', prioritty: 'low' });

    expect(fault).toMatch(/options\.chunkSize: .*>=1, found 0/);
    expect(fault).toMatch(/options\.retriesMax: .*expected (int|number).*, found "many"/);
    expect(fault).toMatch(/options: .*"prioritty"/);
  });

  it('options out of their ranges are refused', () => {
    expect(catchMessage({ maxInFlight: -1 })).toMatch(/options\.maxInFlight/);
    expect(catchMessage({ maxInFlight: 1.5 })).toMatch(/options\.maxInFlight/);
    expect(catchMessage({ namePrefix: 'x'.repeat(65) })).toMatch(/options\.namePrefix/);
    expect(catchMessage({ toleratedFailurePercentage: 101 })).toMatch(/<=100, found 101/);
    expect(catchMessage({ failurePolicy: { smoothing: 0 } })).toMatch(
      /options\.failurePolicy\.smoothing/,
    );
    expect(catchMessage({ failurePolicy: { softThreshold: 0.2 } })).toMatch(
      /options\.failurePolicy: softThreshold must not be above hardThreshold/,
    );
    expect(catchMessage({ item: { inputt: '$' } })).toMatch(/options\.item: .*"inputt"/);
    expect(catchMessage(null)).toMatch(/^options: /);
  });
});
