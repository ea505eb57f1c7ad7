/** The result of a map run, and the files of its `ResultWriter`. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { type ChildResult, createMapResult } from '../../../lib/batch/map-run/child-result.ts';
import { createWrittenResult, ResultFiles } from '../../../lib/batch/map-run/result-files.ts';
import type { ResultWriterRequest } from '../../../lib/engine/map-run/map-run-spec.ts';

const machineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:m/l';

function child(name: string, output: Json): ChildResult {
  return {
    executionArn: `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`,
    machineArn,
    name,
    status: 'SUCCEEDED',
    input: '{"n":1}',
    output: JSON.stringify(output),
    error: null,
    cause: null,
    startedAt: Date.UTC(2026, 0, 1),
    endedAt: Date.UTC(2026, 0, 1, 0, 0, 1),
    redrives: 0,
  };
}
const failed = (name: string): ChildResult => ({
  ...child(name, null),
  status: 'FAILED',
  output: null,
  error: 'Boom',
  cause: 'it broke',
});
const record = {
  ExecutionArn: 'arn:aws:states:us-east-1:000000000000:execution:m/l:a',
  Input: '{"n":1}',
  InputDetails: { Included: true },
  Name: 'a',
  Output: '[1]',
  OutputDetails: { Included: true },
  RedriveCount: 0,
  RedriveStatus: 'NOT_REDRIVABLE',
  RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
  StartDate: '2026-01-01T00:00:00.000Z',
  StateMachineArn: machineArn,
  Status: 'SUCCEEDED',
  StopDate: '2026-01-01T00:00:01.000Z',
};

describe('the result of a map run', () => {
  it('the result of a map run has the outputs in the items’ order, and the record of each failed child', () => {
    const result = createMapResult([child('a', 1), failed('b'), child('c', [2])]);

    expect(result).toMatchObject([1, { Name: 'b', Status: 'FAILED', Error: 'Boom' }, [2]]);
  });

  it('a flattened result has the elements of outputs that are arrays', () => {
    const form = { outputType: 'JSON', transformation: 'FLATTEN' } as const;

    expect(createMapResult([child('a', [1, 2]), child('b', 3)], form)).toEqual([1, 2, 3]);
  });

  it('a result without transformation has the record of each child', () => {
    const form = { outputType: 'JSON', transformation: 'NONE' } as const;

    expect(createMapResult([child('a', [1])], form)).toEqual([record]);
  });

  it('a result of type JSONL is a string of lines', () => {
    const form = { outputType: 'JSONL', transformation: 'COMPACT' } as const;

    expect(createMapResult([child('a', 1), child('b', { c: 2 })], form)).toBe('1\n{"c":2}');
  });
});

describe('the files of a ResultWriter', () => {
  const mapRunArn = 'arn:aws:states:us-east-1:000000000000:mapRun:m/l:run-7';
  const writing = (fields: Partial<ResultWriterRequest> = {}) => ({
    mapRunArn,
    writer: {
      parameters: { Bucket: 'out', Prefix: 'jobs/' },
      outputType: 'JSON',
      transformation: 'NONE',
      ...fields,
    } as const,
  });
  const write = (files: ResultFiles, children: readonly ChildResult[]) =>
    new Map(
      [...children.flatMap((each) => files.add(each)), ...files.finish()].map(
        ({ path, content }) => [path, content],
      ),
    );

  it('result files are separated by how the children ended, and listed in a manifest', () => {
    const files = write(new ResultFiles(writing()), [child('a', [1]), failed('b')]);

    expect([...files.keys()]).toEqual([
      'out/jobs/run-7/SUCCEEDED_0.json',
      'out/jobs/run-7/FAILED_0.json',
      'out/jobs/run-7/manifest.json',
    ]);
    const succeeded = files.get('out/jobs/run-7/SUCCEEDED_0.json') ?? '';
    expect(JSON.parse(succeeded)).toEqual([record]);
    expect(JSON.parse(files.get('out/jobs/run-7/FAILED_0.json') ?? '')).toMatchObject([
      {
        Name: 'b',
        Status: 'FAILED',
        Error: 'Boom',
        Cause: 'it broke',
        RedriveStatus: 'REDRIVABLE',
      },
    ]);
    expect(JSON.parse(files.get('out/jobs/run-7/manifest.json') ?? '')).toMatchObject({
      DestinationBucket: 'out',
      MapRunArn: mapRunArn,
      ResultFiles: {
        FAILED: [{ Key: 'jobs/run-7/FAILED_0.json' }],
        PENDING: [],
        SUCCEEDED: [{ Key: 'jobs/run-7/SUCCEEDED_0.json', Size: succeeded.length }],
      },
    });
  });

  it('result files are split at their maximum size', () => {
    const writer = new ResultFiles(writing({ transformation: 'COMPACT' }), 5);

    const files = write(
      writer,
      ['aaa', 'bbb', 'ccc'].map((text) => child(text, text)),
    );

    expect([...files.entries()].slice(0, 3)).toEqual([
      ['out/jobs/run-7/SUCCEEDED_0.json', '["aaa"]'],
      ['out/jobs/run-7/SUCCEEDED_1.json', '["bbb"]'],
      ['out/jobs/run-7/SUCCEEDED_2.json', '["ccc"]'],
    ]);
  });

  it('result files of type JSONL have one document per line', () => {
    const form = { transformation: 'FLATTEN', outputType: 'JSONL' } as const;

    const files = write(new ResultFiles(writing(form)), [child('a', [1, 2]), child('b', 3)]);

    expect(files.get('out/jobs/run-7/SUCCEEDED_0.jsonl')).toBe('1\n2\n3');
  });

  it('a map run without children writes only a manifest', () => {
    expect([...write(new ResultFiles(writing()), []).keys()]).toEqual([
      'out/jobs/run-7/manifest.json',
    ]);
  });

  it('the result of a Map with result files says where they are', () => {
    expect(createWrittenResult(writing())).toEqual({
      MapRunArn: mapRunArn,
      ResultWriterDetails: { Bucket: 'out', Key: 'jobs/run-7/manifest.json' },
    });
    expect(createWrittenResult(writing({ parameters: { Bucket: 'out' } }))).toMatchObject({
      ResultWriterDetails: { Key: 'run-7/manifest.json' },
    });
  });

  it('a ResultWriter without a bucket fails the map run', () => {
    expect(() => createWrittenResult(writing({ parameters: { Prefix: 'p' } }))).toThrow(
      expect.objectContaining({ error: 'States.ResultWriterFailed' }),
    );
  });
});
