/** Distributed Maps of a program, in one process and without a queue. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../lib/asl/json/json.ts';
import { distributedMap } from '../support/map-run-harness.ts';
import { openApp } from '../support/open-app.ts';
import { until } from '../support/signal.ts';

const handlers = {
  work: (item: Json) => {
    if (item === 'bad') throw new Error('bad');
    return item;
  },
};

/** Returns a configuration whose one machine is `definition`. */
function createConfig(definition: object) {
  return { machines: { each: { definition: JSON.parse(JSON.stringify(definition)) } }, handlers };
}

describe('a distributed Map without a queue', () => {
  it('a distributed Map runs in the process of its parent, which waits for it', async () => {
    const app = await openApp(createConfig(distributedMap()));

    const result = await app.machine('each').execute([1, 'two', null]);

    expect(result).toMatchObject({ status: 'SUCCEEDED', output: [1, 'two', null] });
    const { entries } = await app.drivers.store.listBatches({}, { limit: 10 });
    expect(entries).toMatchObject([{ machineId: 'each/each', status: 'SUCCEEDED', created: 3 }]);
  });

  it('a failed child of a distributed Map fails the parent, and leaves nothing open', async () => {
    const app = await openApp(createConfig(distributedMap()));

    const result = await app.machine('each').execute([1, 'bad']);

    expect(result).toMatchObject({ error: 'States.ExceedToleratedFailureThreshold' });
    const { entries } = await app.drivers.store.listBatches({ status: 'RUNNING' }, { limit: 10 });
    expect(entries).toEqual([]);
  });

  it('a distributed Map is stopped before execute returns when a sibling has failed', async () => {
    const wait = { StartAt: 'Long', States: { Long: { Type: 'Wait', Seconds: 3_600, End: true } } };
    const slow = distributedMap({
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        ...wait,
      },
    });
    const fail = {
      StartAt: 'Pause',
      States: {
        Pause: { Type: 'Wait', Seconds: 1, Next: 'Fail' },
        Fail: { Type: 'Fail', Error: 'Other' },
      },
    };
    const both = { Type: 'Parallel', Branches: [slow, fail], End: true };
    const app = await openApp(createConfig({ StartAt: 'Both', States: { Both: both } }));

    expect(await app.machine('each').execute([1, 2])).toMatchObject({ error: 'Other' });

    const { entries } = await app.drivers.store.listBatches({}, { limit: 10 });
    expect(entries).toMatchObject([{ status: 'ABORTED', aborted: 2 }]);
  });

  it('a distributed Map runs once for each item of a batch', async () => {
    const app = await openApp(createConfig(distributedMap()));

    const batch = await app
      .machine('each')
      .executeBatch({ source: { kind: 'items', items: [[1, 2], [3]] } }, { concurrency: 2 });

    expect(batch).toMatchObject({ status: 'SUCCEEDED', succeeded: 2 });
    const outputs = (await app.drivers.store.listOutputs(batch.id, { limit: 10 })).entries;
    expect(outputs.map(({ output }) => output)).toEqual(['[1,2]', '[3]']);
  });

  it('a distributed Map continues in the next run when the first was stopped', async () => {
    const wait = { StartAt: 'Short', States: { Short: { Type: 'Wait', Seconds: 1, End: true } } };
    const slow = distributedMap({
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        ...wait,
      },
    });
    const app = await openApp(createConfig(slow));
    const stop = new AbortController();
    const first = app.machine('each').execute([1, 2], { name: 'one', signal: stop.signal });
    const failed = expect(first).rejects.toMatchObject({ code: 'STOPPED' });
    await until(async () => {
      const { entries } = await app.drivers.store.listBatches({}, { limit: 1 });
      return entries[0]?.created === 2;
    }, 'the children are recorded');
    stop.abort();
    await failed;

    expect(await app.machine('each').execute([], { name: 'one' })).toMatchObject({
      status: 'SUCCEEDED',
      output: [1, 2],
    });
  });
});
