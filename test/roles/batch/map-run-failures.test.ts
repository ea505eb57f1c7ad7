/** Failures of the store, the bucket or the leader do not change the result of a map run. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import { distributedMap, openMapRunHarness } from '../../support/map-run-harness.ts';
import { cutOff } from '../../support/memory-files.ts';
import { HeldHandler, unavailable } from '../../support/role-harness.ts';

const methods = [
  'getMachine',
  'putMachine',
  'createBatch',
  'leaseBatches',
  'getBatch',
  'fanOut',
  'listUnsentOfBatch',
  'recordSent',
  'saveBatchMemory',
  'requestAbort',
  'listResults',
  'sendSignals',
  'transitionBatch',
] as const satisfies (keyof Store)[];

/** Makes the first call of `method` fail, before or after it has taken effect. */
function failOnce(real: Store, method: (typeof methods)[number], when: 'before' | 'after'): Store {
  const work = real[method].bind(real) as (...given: unknown[]) => Promise<unknown>;
  let failed = false;
  const failing = async (...given: unknown[]) => {
    if (failed) return work(...given);
    failed = true;
    if (when === 'after') await work(...given);
    throw unavailable();
  };
  return Object.assign(real, { [method]: failing });
}

describe.each(['before', 'after'] as const)(
  'a store call that fails %s it has taken effect',
  (when) => {
    it.each(methods)(
      'a map run succeeds once and loses no result when %s fails once',
      async (method) => {
        const harness = await openMapRunHarness(distributedMap({ MaxConcurrency: 2 }));
        failOnce(harness.store, method, when);

        const parent = await harness.run([1, 2, 3, 4, 5]);

        expect(parent.output).toBe('[1,2,3,4,5]');
        const ends = (await harness.readEventTypes(parent.id)).filter(
          (type) => type === 'MapRunSucceeded',
        );
        expect(ends).toHaveLength(1);
        expect(await harness.mapRuns()).toHaveLength(1);
      },
    );

    it.each(methods)('a map run fails once when %s fails once', async (method) => {
      const harness = await openMapRunHarness(distributedMap({ ToleratedFailureCount: 1 }), {
        handlers: {
          work: (item: Json) => {
            if (item === 'bad') throw new Error('bad');
            return item;
          },
        },
      });
      failOnce(harness.store, method, when);

      const parent = await harness.run(['bad', 'good', 'bad']);

      expect(parent).toMatchObject({ error: 'States.ExceedToleratedFailureThreshold' });
      const ends = (await harness.readEventTypes(parent.id)).filter(
        (type) => type === 'MapRunFailed',
      );
      expect(ends).toHaveLength(1);
      await harness.runUntil(async () => (await harness.mapRun()).status === 'FAILED', 'the end');
    });
  },
);

describe('leaders of a map run', () => {
  it('result files are written again unchanged when writing them was interrupted', async () => {
    const harness = await openMapRunHarness(
      distributedMap({
        ResultWriter: {
          Resource: 'arn:aws:states:::s3:putObject',
          Parameters: { Bucket: 'data', Prefix: 'out' },
        },
      }),
    );
    const written: [string, string][] = [];
    const put = harness.objects.put.bind(harness.objects);
    harness.objects.put = async (path, content) => {
      written.push([path, content]);
      if (written.length === 2) throw unavailable();
      await put(path, content);
    };

    const parent = await harness.run([1, 2]);

    expect(parent.status).toBe('SUCCEEDED');
    const [results, manifest, ...again] = written;
    expect(again).toEqual([results, manifest]);
  });

  it('a leader ends a map run whose parent was aborted before the run was recorded', async () => {
    const handlers = { work: new HeldHandler().handler };
    const harness = await openMapRunHarness(distributedMap(), { handlers });
    const id = await harness.submit([1]);
    const create = harness.store.createBatch.bind(harness.store);
    harness.store.createBatch = async (batch) => {
      await harness.store.requestAbort([id]);
      return create(batch);
    };

    await harness.runUntil(async () => {
      const [run] = await harness.mapRuns();
      return run !== undefined && run.status !== 'RUNNING';
    }, 'the end');

    expect(await harness.readStatus(id)).toBe('ABORTED');
    expect(await harness.mapRun()).toMatchObject({ status: 'ABORTED', aborted: 1 });
  });
});

const reading = {
  ItemReader: {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig: { InputType: 'JSONL' },
    Parameters: { Bucket: 'data', Key: 'in.jsonl' },
  },
};

const writing = {
  ResultWriter: {
    Resource: 'arn:aws:states:::s3:putObject',
    Parameters: { Bucket: 'data', Prefix: 'out' },
  },
};

describe('an unreachable object store', () => {
  it.each([
    ['read from', reading, 'States.ItemReaderFailed', 'cannot read data/in.jsonl: no way there'],
    ['written to', writing, 'States.ResultWriterFailed', 'cannot write data/out/'],
  ])(
    'an unreachable object store that is %s fails the map run after five minutes',
    async (_, map, error, cause) => {
      const harness = await openMapRunHarness(distributedMap(map));
      harness.objects.write('data/in.jsonl', '1\n2\n');
      cutOff(harness.objects);

      const parent = await harness.run([1, 2]);

      expect(parent).toMatchObject({ status: 'FAILED', error });
      expect(parent.cause).toContain(cause);
      const seconds = ((parent.endedAt ?? 0) - parent.createdAt) / 1_000;
      expect(seconds).toBeGreaterThanOrEqual(300);
      expect(seconds).toBeLessThan(330);
      await harness.runUntil(async () => (await harness.mapRun()).status === 'FAILED', 'the end');
    },
  );

  it('two outages of the object store of less than five minutes change no result', async () => {
    let calls = 0;
    const work = (item: Json) => {
      calls += 1;
      if (calls === 1) harness.clock.after(200_000, cutOff(harness.objects));
      return item;
    };
    const harness = await openMapRunHarness(distributedMap({ ...reading, ...writing }), {
      handlers: { work },
    });
    harness.objects.write('data/in.jsonl', '1\n2\n');
    harness.clock.after(200_000, cutOff(harness.objects));

    const parent = await harness.run([]);

    expect(parent.status).toBe('SUCCEEDED');
    expect((parent.endedAt ?? 0) - parent.createdAt).toBeGreaterThan(400_000);
    expect(calls).toBe(2);
  });
});
