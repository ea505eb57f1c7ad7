/** Files of results are written once, whatever happens to their writers. */
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../lib/errors.ts';
import {
  ResultFileWriter,
  type ResultFileWriterOptions,
} from '../../lib/roles/result-file-writer.ts';
import { MemoryFiles } from '../support/memory-files.ts';
import { RoleHarness } from '../support/role-harness.ts';
import { startStopStress } from '../support/start-stop-stress.ts';

const never = new AbortController().signal;
const output = 'bucket/results.jsonl';

/** A batch of 200 executions that has ended, whose results are more than one part. */
async function setUp() {
  const harness = new RoleHarness();
  const outputs = new MemoryFiles();
  const { store, entropy } = harness;
  const batchId = 'b';
  const shared = { id: batchId, name: 'b', machineId: 'm', machineVersion: 1 };
  await store.createBatch({ ...shared, source: '{}', options: '{}' });
  const input = JSON.stringify('x'.repeat(100_000));
  const executions = Array.from({ length: 200 }, (_, batchIndex) => ({
    id: entropy.uuid(),
    machineId: 'm',
    machineVersion: 1,
    name: `n-${batchIndex}`,
    input,
    queue: 'default',
    retriesMax: 0,
    batchId,
    batchIndex,
  }));
  await store.createExecutions(executions, true);
  const end = { batchId, from: ['RUNNING'], to: 'FAILED', reason: null } as const;
  await store.transitionBatch({ ...end, resultFile: { output, format: 'jsonl' } });
  const writer = (changes: Partial<ResultFileWriterOptions> = {}) =>
    new ResultFileWriter({ ...harness, outputs, ...changes });
  return { harness, outputs, writer, batchId };
}

const indexesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).index);

const all = Array.from({ length: 200 }, (_, index) => index);

describe('writing files of results', () => {
  it('a file is written in one tick, and then there is nothing to do', async () => {
    const { harness, outputs, writer, batchId } = await setUp();

    expect(await writer().tick(never)).toBe(0);
    expect(await writer().tick(never)).toBe(2_000);

    expect(indexesOf(outputs.readText(output))).toEqual(all);
    expect(await harness.store.getResultFile(batchId)).toMatchObject({
      status: 'WRITTEN',
      items: 200,
      bytes: outputs.readText(output).length,
    });
  });

  it('a writer that is stopped leaves the rest to the next one, which goes on there', async () => {
    const { harness, outputs, writer, batchId } = await setUp();
    let reads = 0;
    const listResults: typeof harness.store.listResults = (...given) => {
      reads += 1;
      return harness.store.listResults(...given);
    };
    const store = { ...harness.store, listResults };

    for (let ticks = 0; ticks < 9; ticks += 1) await writer({ store }).tick(AbortSignal.abort());

    expect(indexesOf(outputs.readText(output))).toEqual(all);
    expect(await harness.store.getResultFile(batchId)).toMatchObject({ status: 'WRITTEN' });
    const whole = reads;
    reads = 0;
    await harness.store.transitionBatch({
      batchId,
      from: ['FAILED'],
      to: 'FAILED',
      reason: null,
      resultFile: { output, format: 'jsonl' },
    });
    await writer({ store }).tick(never);
    // Pages that end with a part are read once.
    expect(whole).toBeLessThan(2 * reads);
  });

  it('a file whose parts are gone begins again at once', async () => {
    const { outputs, writer } = await setUp();
    await writer().tick(AbortSignal.abort());
    outputs.uploads.clear();

    await writer().tick(never);
    await writer().tick(never);

    expect(indexesOf(outputs.readText(output))).toEqual(all);
  });

  it('a writer that lost its lease writes nothing more, and the other completes the file', async () => {
    const { harness, outputs, writer } = await setUp();
    const { store, clock } = harness;
    let taken = false;
    const saveResultProgress: typeof store.saveResultProgress = async (...given) => {
      if (!taken) {
        taken = true;
        await clock.advance(120_000);
        await writer().tick(never);
      }
      return store.saveResultProgress(...given);
    };

    await writer({ store: { ...store, saveResultProgress } }).tick(never);

    expect(indexesOf(outputs.readText(output))).toEqual(all);
    expect(await store.getResultFile('b')).toMatchObject({ status: 'WRITTEN' });
  });

  it('a file that cannot be written is tried 12 times within hours, and then given up', async () => {
    const { harness, outputs, writer } = await setUp();
    outputs.startUpload = async () => {
      throw new MillraceError('FILE_NOT_WRITABLE', 'cannot write it: the disk is full');
    };
    const startedAt = harness.clock.now();
    let ticks = 0;
    for (; (await harness.store.getResultFile('b'))?.status === 'PENDING'; ticks += 1) {
      await writer().tick(never);
      await harness.clock.advance(3_600_000);
    }

    expect(ticks).toBe(12);
    expect(harness.clock.now() - startedAt).toBe(12 * 3_600_000);
    expect(await harness.store.getResultFile('b')).toMatchObject({
      status: 'FAILED',
      reason: 'cannot write it: the disk is full',
    });
    expect(harness.logger.entries.at(-1)).toMatchObject({
      level: 'error',
      message: 'result file given up: no further attempt',
    });
  });

  it('a result file writer can be started and stopped in any order', async () => {
    const { harness, writer } = await setUp();
    let ticks = 0;
    const leaseResultFiles = async () => {
      ticks += 1;
      return [];
    };

    await startStopStress(writer({ store: { ...harness.store, leaseResultFiles } }), () => ticks);

    expect(harness.clock.pendingTimers).toBe(0);
  });
});
