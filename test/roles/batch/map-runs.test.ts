/** Distributed Maps as batches of children that answer their parents. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { distributedMap, openMapRunHarness } from '../../support/map-run-harness.ts';
import { HeldHandler } from '../../support/role-harness.ts';

const double = { work: (item: Json) => Number(item) * 2 };

/** Returns a handler that fails for these items and returns the others. */
function failingOn(...items: readonly Json[]) {
  return {
    work: (item: Json) => {
      if (items.includes(item)) throw Object.assign(new Error('no'), { name: 'Unlucky' });
      return item;
    },
  };
}

/** Parses the output of an execution. */
function parseOutput({ output }: { readonly output: string | null }): Json {
  return output === null ? null : (JSON.parse(output) as Json);
}

describe('a distributed Map', () => {
  it('a distributed Map runs a batch of children, and its result is their outputs in the order of the items', async () => {
    const harness = await openMapRunHarness(distributedMap(), { handlers: double });

    const parent = await harness.run([1, 2, 3]);

    expect(parseOutput(parent)).toEqual([2, 4, 6]);
    expect(await harness.readEventTypes(parent.id)).toEqual([
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
    const run = await harness.mapRun();
    expect(run).toMatchObject({ name: 'machine/each', status: 'SUCCEEDED', created: 3 });
    const children = await harness.listExecutions(run.id);
    expect(children.map(({ machineId, queue }) => [machineId, queue])).toEqual(
      Array(3).fill(['machine/each', 'default']),
    );
  });

  it('a distributed Map over an object has a child for each of its members', async () => {
    const harness = await openMapRunHarness(distributedMap({ ItemsPath: '$.by' }));

    const parent = await harness.run({ by: { a: { x: 1 }, b: 2 } });

    expect(parseOutput(parent)).toEqual([
      { Key: 'a', Value: { x: 1 } },
      { Key: 'b', Value: 2 },
    ]);
  });

  it('a distributed Map in JSONata over an object knows the key of each member', async () => {
    const harness = await openMapRunHarness({
      QueryLanguage: 'JSONata',
      ...distributedMap({
        Items: '{% $states.input.by %}',
        ItemSelector: '{% $states.context.Map.Item.Key & $states.context.Map.Item.Value.x %}',
      }),
    });

    expect(parseOutput(await harness.run({ by: { a: { x: 1 }, b: { x: 2 } } }))).toEqual([
      'a1',
      'b2',
    ]);
  });

  it('a distributed Map without items has an empty list as its result', async () => {
    const harness = await openMapRunHarness(distributedMap());

    expect(parseOutput(await harness.run([]))).toEqual([]);
  });

  it('a distributed Map shapes items by ItemSelector and groups them by ItemBatcher', async () => {
    const harness = await openMapRunHarness(
      distributedMap({
        ItemSelector: { 'at.$': '$$.Map.Item.Index', 'of.$': '$.length' },
        ItemsPath: '$.items',
        ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { 'by.$': '$.by' } },
      }),
    );

    const parent = await harness.run({ items: ['a', 'b', 'c'], length: 3, by: 'me' });

    expect(parseOutput(parent)).toEqual([
      {
        BatchInput: { by: 'me' },
        Items: [
          { at: 0, of: 3 },
          { at: 1, of: 3 },
        ],
      },
      { BatchInput: { by: 'me' }, Items: [{ at: 2, of: 3 }] },
    ]);
  });

  it('a distributed Map has at most MaxConcurrency children in flight', async () => {
    const held = new HeldHandler();
    const harness = await openMapRunHarness(distributedMap({ MaxConcurrency: 2 }), {
      handlers: { work: held.handler },
    });
    const id = await harness.submit([1, 2, 3]);

    await harness.runUntil(async () => {
      if (held.calls.length === 2) expect((await harness.mapRun()).created).toBe(2);
      for (const index of held.calls.keys()) held.answer(index, index);
      return (await harness.readStatus(id)) === 'SUCCEEDED';
    }, 'the end');

    expect(held.calls).toHaveLength(3);
    expect(parseOutput(await harness.execution(id))).toEqual([0, 1, 2]);
  });

  it('a distributed Map can be nested in another one and in a Parallel', async () => {
    const inner = {
      StartAt: 'Inner',
      States: { Inner: { ...distributedMap().States.Each, Label: 'inner' } },
    };
    const outer = distributedMap({
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        ...inner,
      },
    });
    const harness = await openMapRunHarness(
      { StartAt: 'Both', States: { Both: { Type: 'Parallel', Branches: [outer], End: true } } },
      { handlers: double },
    );

    const parent = await harness.run([[1, 2], [], [3]]);

    expect(parseOutput(parent)).toEqual([[[2, 4], [], [6]]]);
    expect(new Set((await harness.mapRuns()).map(({ name }) => name))).toEqual(
      new Set(['machine/each', 'machine/each/inner']),
    );
  });

  it('a Retry runs a distributed Map again with a new map run', async () => {
    let calls = 0;
    const retry = [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], IntervalSeconds: 1 }];
    const harness = await openMapRunHarness(distributedMap({ Retry: retry }), {
      handlers: {
        work: () => {
          calls += 1;
          if (calls === 1) throw new Error('not yet');
          return calls;
        },
      },
    });

    const parent = await harness.run([1]);

    expect(parseOutput(parent)).toEqual([2]);
    expect((await harness.mapRuns()).map(({ status }) => status)).toEqual(['SUCCEEDED', 'FAILED']);
  });
});

describe('failed children of a map run', () => {
  it('failed children that are not tolerated fail the Map, and are not archived', async () => {
    const harness = await openMapRunHarness(distributedMap(), { handlers: failingOn(2) });

    const parent = await harness.run([1, 2, 3]);

    expect(parent).toMatchObject({
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
      cause: 'The specified tolerated failure threshold was exceeded',
    });
    expect(await harness.mapRun()).toMatchObject({
      status: 'FAILED',
      reason: expect.stringContaining('States.ExceedToleratedFailureThreshold'),
    });
    expect(await harness.store.countArchive({ batchId: (await harness.mapRun()).id })).toBe(0);
  });

  it('failed children are tolerated up to a percentage of the items', async () => {
    const harness = await openMapRunHarness(distributedMap({ ToleratedFailurePercentage: 50 }), {
      handlers: failingOn(1),
    });

    expect(await harness.run([1, 2])).toMatchObject({ status: 'SUCCEEDED' });
    expect(await harness.run([1, 1, 2])).toMatchObject({ status: 'FAILED' });
  });

  it('all items of a failed item batch count as failed', async () => {
    const fields = { ItemBatcher: { MaxItemsPerBatch: 2 }, ToleratedFailureCount: 1 };
    const harness = await openMapRunHarness(distributedMap(fields), {
      handlers: {
        work: (input: Json) => {
          if (JSON.stringify(input).includes('bad')) throw new Error('bad');
          return 1;
        },
      },
    });

    expect(await harness.run(['good', 'good', 'bad'])).toMatchObject({ status: 'SUCCEEDED' });
    expect(await harness.run(['bad', 'good', 'good'])).toMatchObject({ status: 'FAILED' });
  });

  it('the children that still run are aborted when too many have failed', async () => {
    const held = new HeldHandler();
    const harness = await openMapRunHarness(distributedMap(), {
      handlers: {
        work: (item, context) =>
          item === 'bad' ? failingOn('bad').work(item) : held.handler(item, context),
      },
    });

    const parent = await harness.run(['good', 'good', 'bad']);

    expect(parent.status).toBe('FAILED');
    expect(await harness.mapRun()).toMatchObject({ status: 'FAILED', failed: 1, aborted: 2 });
  });
});

describe('ItemReader and ResultWriter', () => {
  const reader = (key: string, config: object) => ({
    ItemReader: {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: config,
      Parameters: { Bucket: 'data', Key: key },
    },
  });
  const writer = {
    ResultWriter: {
      Resource: 'arn:aws:states:::s3:putObject',
      Parameters: { Bucket: 'data', Prefix: 'results' },
    },
  };

  it('a map run reads items from an object and writes results to others', async () => {
    const csv = reader('people.csv', { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' });
    const harness = await openMapRunHarness(distributedMap({ ...csv, ...writer }));
    harness.objects.write('data/people.csv', 'name\nAda\nGrace\n');

    const parent = await harness.run({});

    const { id } = await harness.mapRun();
    expect(parseOutput(parent)).toMatchObject({
      ResultWriterDetails: { Bucket: 'data', Key: `results/${id}/manifest.json` },
    });
    const manifest = JSON.parse(harness.objects.readText(`data/results/${id}/manifest.json`));
    const [{ Key }] = manifest.ResultFiles.SUCCEEDED;
    const results = JSON.parse(harness.objects.readText(`data/${Key}`)) as { Output: string }[];
    expect(results.map(({ Output }) => JSON.parse(Output))).toEqual([
      { name: 'Ada' },
      { name: 'Grace' },
    ]);
  });

  it('a map run without items writes a manifest without results', async () => {
    const harness = await openMapRunHarness(distributedMap(writer));

    expect(await harness.run([])).toMatchObject({ status: 'SUCCEEDED' });

    const { id } = await harness.mapRun();
    const manifest = JSON.parse(harness.objects.readText(`data/results/${id}/manifest.json`));
    expect(manifest.ResultFiles).toEqual({ FAILED: [], PENDING: [], SUCCEEDED: [] });
  });

  it('a missing object fails the Map with States.ItemReaderFailed', async () => {
    const harness = await openMapRunHarness(
      distributedMap(reader('no.json', { InputType: 'JSON' })),
    );

    expect(await harness.run({})).toMatchObject({
      status: 'FAILED',
      error: 'States.ItemReaderFailed',
      cause: expect.stringContaining('data/no.json'),
    });
  });

  it('an object that is malformed at its end fails the Map and aborts the children that run', async () => {
    const held = new HeldHandler();
    const lines = reader('items.jsonl', { InputType: 'JSONL' });
    const harness = await openMapRunHarness(distributedMap({ ...lines, MaxConcurrency: 2 }), {
      handlers: { work: (item, context) => (item === 1 ? 1 : held.handler(item, context)) },
    });
    harness.objects.write('data/items.jsonl', '1\n2\n{bad\n');

    expect(await harness.run({})).toMatchObject({
      status: 'FAILED',
      error: 'States.ItemReaderFailed',
    });
    expect(await harness.mapRun()).toMatchObject({ created: 2, succeeded: 1, aborted: 1 });
  });

  it('results that exceed the maximum size fail the Map with States.DataLimitExceeded', async () => {
    const harness = await openMapRunHarness(distributedMap(), {
      handlers: { work: () => 'x'.repeat(200_000) },
    });

    expect(await harness.run([1, 2])).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
    });
  });

  it('a ResultWriter with an invalid bucket fails the Map with States.ResultWriterFailed', async () => {
    const harness = await openMapRunHarness(
      distributedMap({
        ResultWriter: {
          Resource: 'arn:aws:states:::s3:putObject',
          Parameters: { 'Bucket.$': '$.bucket', Prefix: '' },
        },
        ItemsPath: '$.items',
      }),
    );

    expect(await harness.run({ bucket: 7, items: [1] })).toMatchObject({
      status: 'FAILED',
      error: 'States.ResultWriterFailed',
    });
  });
});

describe('a parent that no longer waits', () => {
  it('an aborted parent aborts its map run and the children', async () => {
    const harness = await openMapRunHarness(distributedMap(), {
      handlers: { work: new HeldHandler().handler },
    });
    const id = await harness.submit([1, 2]);
    const roles = [harness.leader(), harness.worker(), harness.sweeper()];
    for (const role of roles) role.start();
    const inFlight = async () => (await harness.mapRuns())[0]?.created === 2;
    await harness.pass(inFlight, 'the children');

    await harness.dispatcher.dispatch(await harness.store.requestAbort([id]));
    await harness.pass(async () => (await harness.mapRun()).status !== 'RUNNING', 'the stop');
    await Promise.all(roles.map((role) => harness.stop(role)));

    expect(await harness.readStatus(id)).toBe('ABORTED');
    expect(await harness.mapRun()).toMatchObject({
      status: 'ABORTED',
      reason: 'its parent no longer waits for it',
      aborted: 2,
    });
  });

  it('a failed sibling branch aborts the map run', async () => {
    const failing = {
      StartAt: 'Pause',
      States: {
        Pause: { Type: 'Wait', Seconds: 3, Next: 'Fail' },
        Fail: { Type: 'Fail', Error: 'Other' },
      },
    };
    const harness = await openMapRunHarness(
      {
        StartAt: 'Both',
        States: { Both: { Type: 'Parallel', Branches: [distributedMap(), failing], End: true } },
      },
      { handlers: { work: new HeldHandler().handler } },
    );
    const id = await harness.submit([1, 2]);

    await harness.runUntil(async () => {
      const [run] = await harness.mapRuns();
      return run !== undefined && run.status !== 'RUNNING';
    }, 'the stop');

    expect(await harness.execution(id)).toMatchObject({ status: 'FAILED', error: 'Other' });
    expect(await harness.mapRun()).toMatchObject({ status: 'ABORTED', aborted: 2 });
  });
});
