/** A distributed Map starts a run with everything that it needs, and waits for its result. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import type { MapRunEffect } from '../../../lib/engine/effect.ts';
import { checkEffects, checkHistory, checkInvariants } from '../../../lib/engine/invariants.ts';
import { findOpenCommands } from '../../../lib/engine/open-commands.ts';
import { type Run, run, single } from '../../support/run-machine.ts';

const processor = {
  ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
  StartAt: 'W',
  States: { W: { Type: 'Pass', End: true } },
};
const distributed = (fields: object = {}) => ({
  Type: 'Map',
  ItemProcessor: processor,
  End: true,
  ...fields,
});

/** Runs a distributed Map with `fields` over `input` until it is blocked on its map run. */
function blocked(fields: object, input: Json): Run {
  return run(single(distributed(fields)), { input });
}

function findMapRun({ effects }: Run): MapRunEffect {
  const effect = effects.findLast(({ type }) => type === 'mapRun');
  if (effect?.type !== 'mapRun') throw new Error('expected a map run to be started');
  return effect;
}

function answered(execution: Run, result: Json): Run {
  const { command } = findMapRun(execution);
  return execution.apply({ type: 'commandSucceeded', command, result }).finish();
}

function failed(execution: Run, error: string, cause = ''): Run {
  const { command } = findMapRun(execution);
  return execution.apply({ type: 'commandFailed', command, error, cause }).finish();
}

describe('a distributed Map', () => {
  it('a distributed Map starts a map run with the items, and nothing else', () => {
    const execution = blocked({ ItemsPath: '$.all', Label: 'Orders' }, { all: [1, 2] });

    const { run: requested } = findMapRun(execution);
    expect(requested).toMatchObject({
      items: [1, 2],
      label: 'Orders',
      stateName: 'S',
      reader: null,
    });
    expect(requested.mapRunArn).toMatch(
      /^arn:aws:states:us-east-1:000000000000:mapRun:machine\/Orders:[0-9a-f-]{36}$/,
    );
    expect(execution.types).toEqual([
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
    ]);
    expect(execution.history[2]?.mapStateStartedEventDetails).toEqual({ length: 2 });
    expect(checkInvariants(execution.snapshot)).toEqual([]);
  });

  it('the result of a map run is shaped like any result of a state', () => {
    const fields = { ItemsPath: '$.l', ResultSelector: { 'n.$': '$[0]' }, ResultPath: '$.r' };
    const execution = blocked(fields, { l: [7] });

    expect(answered(execution, ['seven']).output).toEqual({ l: [7], r: { n: 'seven' } });
  });

  it('a distributed Map continues from the event of its run, not from its own', () => {
    const execution = answered(blocked({}, [7]), ['seven']);

    const ends = execution.history.slice(4).map(({ type, previousEventId }) => ({
      [type]: previousEventId,
    }));
    expect(ends).toEqual([
      { MapRunSucceeded: 4 },
      { MapStateSucceeded: 5 },
      { MapStateExited: 5 },
      { ExecutionSucceeded: 7 },
    ]);
    expect(checkHistory(execution.history)).toEqual([]);
    expect(checkEffects(execution.effects)).toEqual([]);
  });

  it('a distributed Map fails with the error of its run, which a catcher may handle', () => {
    const Catch = [{ ErrorEquals: ['States.ItemReaderFailed'], Next: 'C' }];
    const definition = {
      StartAt: 'S',
      States: { S: distributed({ Catch }), C: { Type: 'Succeed' } },
    };

    const caught = failed(run(definition, { input: [] }), 'States.ItemReaderFailed', 'no file');
    const bare = failed(blocked({}, []), 'States.ItemReaderFailed', 'no file');

    expect(caught.output).toEqual({ Error: 'States.ItemReaderFailed', Cause: 'no file' });
    expect(bare.types.slice(4)).toEqual(['MapRunFailed', 'MapStateFailed', 'ExecutionFailed']);
    expect(bare.end).toMatchObject({ error: 'States.ItemReaderFailed', cause: 'no file' });
  });

  it('a retry of a distributed Map starts another run, under another name', () => {
    const Retry = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }];
    const execution = blocked({ Retry }, [1]);
    const first = findMapRun(execution);

    failed(execution, 'Boom');

    const second = findMapRun(execution);
    expect(second.command).not.toBe(first.command);
    expect(second.run.mapRunArn).not.toBe(first.run.mapRunArn);
    expect(answered(execution, [2]).output).toEqual([2]);
  });

  it('a map run whose result is over the payload limit fails', () => {
    const execution = run(single(distributed()), { input: [], limits: { payloadBytesMax: 300 } });

    expect(answered(execution, ['x'.repeat(400)]).end).toMatchObject({
      error: 'States.DataLimitExceeded',
    });
    expect(execution.types).toContain('MapRunFailed');
  });

  it('a map run is cancelled when a sibling branch fails', () => {
    const Branches = [
      { StartAt: 'D', States: { D: distributed() } },
      { StartAt: 'F', States: { F: { Type: 'Wait', Seconds: 5, Next: 'X' }, X: { Type: 'Fail' } } },
    ];

    const execution = run(single({ Type: 'Parallel', Branches }), { input: [1] });

    expect(execution.snapshot.status).toBe('FAILED');
    const { command } = findMapRun(execution);
    expect(execution.effects).toContainEqual({ type: 'cancel', command });
    expect(execution.types).toContain('MapRunAborted');
  });

  it('an answer to a map run after its end changes nothing', () => {
    const execution = answered(blocked({}, []), []);
    const { command } = findMapRun(execution);
    const before = execution.snapshot;

    execution.apply({ type: 'commandFailed', command, error: 'Late', cause: '' });

    expect(execution.snapshot).toBe(before);
  });
});

describe('a distributed Map after a crash', () => {
  it('a map run is started again with the same request until it was accepted', () => {
    const execution = blocked({}, [1]);
    const open = () => findOpenCommands(execution.machine, execution.identity, execution.snapshot);
    const requested = findMapRun(execution);

    expect(open()).toEqual([requested]);

    execution.apply({ type: 'commandSubmitted', command: requested.command, output: {} });
    expect(open()).toEqual([]);
    expect(answered(execution, ['one']).output).toEqual(['one']);
  });

  it('a second report that a map run was accepted changes nothing', () => {
    const execution = blocked({}, [1]);
    const { command } = findMapRun(execution);
    execution.apply({ type: 'commandSubmitted', command, output: {} });
    const before = execution.snapshot;

    execution.apply({ type: 'commandSubmitted', command, output: {} });

    expect(execution.snapshot).toBe(before);
  });

  it('a redrive of a distributed Map starts another run', () => {
    const execution = failed(blocked({}, [1]), 'Boom');
    const first = findMapRun(execution);

    execution.apply({ type: 'redriven' }).finish();

    const second = findMapRun(execution);
    expect(second.run.mapRunArn).not.toBe(first.run.mapRunArn);
    expect(second.run.items).toEqual([1]);
    expect(answered(execution, [2]).output).toEqual([2]);
  });

  it('a redrive after an abort starts another map run', () => {
    const execution = blocked({}, [1]);
    const first = findMapRun(execution);
    execution.apply({ type: 'aborted' });
    expect(execution.effects).toContainEqual({ type: 'cancel', command: first.command });

    execution.apply({ type: 'redriven' }).finish();

    expect(findMapRun(execution).command).not.toBe(first.command);
  });
});

describe('the request for a map run', () => {
  it('the request for a map run has every expression evaluated', () => {
    const fields = {
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        Parameters: { Bucket: 'b', 'Key.$': '$.key' },
        ReaderConfig: {
          InputType: 'CSV',
          CSVHeaderLocation: 'GIVEN',
          CSVHeaders: ['a'],
          CSVDelimiter: 'PIPE',
          MaxItemsPath: '$.most',
        },
      },
      ItemBatcher: { MaxItemsPerBatchPath: '$.most', BatchInput: { 'k.$': '$.key' } },
      ResultWriter: {
        Resource: 'arn:aws:states:::s3:putObject',
        Parameters: { Bucket: 'b', Prefix: 'p' },
      },
      MaxConcurrencyPath: '$.most',
      ToleratedFailureCountPath: '$.most',
      ToleratedFailurePercentage: 12.5,
    };

    const { run: requested } = findMapRun(blocked(fields, { key: 'f.csv', most: 3 }));

    expect(requested).toMatchObject({
      executionType: 'STANDARD',
      items: null,
      reader: {
        action: 'getObject',
        parameters: { Bucket: 'b', Key: 'f.csv' },
        inputType: 'CSV',
        csv: { headerLocation: 'GIVEN', headers: ['a'], delimiter: '|' },
        itemsMax: 3,
        itemsPointer: null,
      },
      batching: { itemsMax: 3, bytesMax: null, batchInput: { k: 'f.csv' } },
      maxConcurrency: 3,
      tolerated: { count: 3, percentage: 12.5 },
      writer: {
        parameters: { Bucket: 'b', Prefix: 'p' },
        outputType: 'JSON',
        transformation: 'NONE',
      },
    });
    expect(requested.scope.input).toEqual({ key: 'f.csv', most: 3 });
  });

  it('the request for a map run is evaluated in JSONata, too', () => {
    const definition = {
      QueryLanguage: 'JSONata',
      ...single({
        ...distributed(),
        ItemReader: {
          Resource: 'arn:aws:states:::s3:listObjectsV2',
          Arguments: { Bucket: '{% $states.input.bucket %}' },
          ReaderConfig: { MaxItems: '{% 1 + 1 %}' },
        },
        ToleratedFailurePercentage: '{% 0.5 %}',
      }),
    };

    const { run: requested } = findMapRun(run(definition, { input: { bucket: 'b' } }));

    expect(requested.reader).toMatchObject({
      action: 'listObjectsV2',
      parameters: { Bucket: 'b' },
    });
    expect(requested.reader?.itemsMax).toBe(2);
    expect(requested.tolerated).toEqual({ count: null, percentage: 0.5 });
  });

  it('the request for a map run has the variables that the state sees', () => {
    const set = (value: number, Next: string) => ({ Type: 'Pass', Assign: { v: value }, Next });
    const definition = {
      StartAt: 'A',
      States: { A: set(1, 'S'), S: distributed() },
    };

    const { run: requested } = findMapRun(run(definition, { input: [] }));

    expect(requested.scope.variables).toEqual({ v: 1 });
    expect(requested.scope.context).toMatchObject({ State: { Name: 'S' } });
  });

  it('a MaxItems of 0 means no limit, and one below 0 fails the map run', () => {
    const reader = (MaxItemsPath: string) => ({
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        Parameters: { Bucket: 'b', Key: 'k' },
        ReaderConfig: { InputType: 'JSON', MaxItemsPath },
      },
    });

    expect(findMapRun(blocked(reader('$.n'), { n: 0 })).run.reader?.itemsMax).toBeNull();

    const refused = blocked(reader('$.n'), { n: -1 });
    expect(refused.end).toMatchObject({
      error: 'States.ItemReaderFailed',
      cause: 'field MaxItems must be positive',
    });
    expect(refused.types.slice(3)).toEqual([
      'MapRunStarted',
      'MapRunFailed',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });
});

describe('tolerated failures out of range', () => {
  const cause = (fields: object, input: Json) => blocked(fields, input).end?.cause;

  it('tolerated failures out of range fail the state before a map run starts', () => {
    const count = { ItemsPath: '$.l', ToleratedFailureCountPath: '$.n' };
    const percentage = { ItemsPath: '$.l', ToleratedFailurePercentagePath: '$.n' };

    expect(cause(count, { l: [], n: -1 })).toContain('ToleratedFailureCount cannot be negative.');
    expect(cause(percentage, { l: [], n: 100.5 })).toContain(
      'ToleratedFailurePercentage must be between 0 and 100.',
    );
    expect(cause(percentage, { l: [], n: 'many' })).toContain(
      'The ToleratedFailurePercentagePath field refers to value "many" which is not a valid float: $.n',
    );
  });

  it('tolerated failures may be strings of digits where a path finds them', () => {
    const percentage = { ItemsPath: '$.l', ToleratedFailurePercentagePath: '$.n' };

    const { tolerated } = findMapRun(blocked(percentage, { l: [], n: '7.5' })).run;

    expect(tolerated.percentage).toBe(7.5);
  });
});
