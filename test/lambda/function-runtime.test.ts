/** What the functions have in common: one world an environment; logs and metrics of a call. */
import { describe, expect, it, vi } from 'vitest';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import {
  functionHandler,
  instrumented,
  openInstruments,
} from '../../lib/lambda/function-runtime.ts';
import { functionContext } from '../support/function-context.ts';
import { printedLines } from '../support/printed-lines.ts';

const definition = { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } };
const config = { machines: { order: { definition } } };

describe('the world of a function', () => {
  it('is opened by the first invocation and kept, its machines recorded', async () => {
    printedLines();
    const store = openMemoryStore();
    const prepare = vi.fn(({ machines, harness }) => ({ machines, harness }));
    const handle = vi.fn(async ({ machines, harness }, event: number) => ({
      version: machines.get('order').record.version,
      sameStore: harness.store === store,
      event,
    }));
    const handler = functionHandler(config, { prepare, handle }, { env: {}, stores: { store } });

    expect(prepare).not.toHaveBeenCalled();
    const answers = [await handler(1, functionContext()), await handler(2, functionContext())];

    expect(answers).toEqual([
      { version: 1, sameStore: true, event: 1 },
      { version: 1, sameStore: true, event: 2 },
    ]);
    expect(prepare).toHaveBeenCalledOnce();
  });

  it('is opened anew by the next invocation when it could not be', async () => {
    printedLines();
    const prepare = vi.fn().mockRejectedValueOnce(new Error('asleep')).mockReturnValue('awake');
    const handle = async (parts: string) => parts;
    const stores = { store: openMemoryStore() };
    const handler = functionHandler(config, { prepare, handle }, { env: {}, stores });

    await expect(handler(1, functionContext())).rejects.toThrow('asleep');

    expect(await handler(2, functionContext())).toBe('awake');
  });
});

describe('an invocation', () => {
  it('logs lines with its request, its service and the ids that they are about', async () => {
    const lines = printedLines();
    const instruments = openInstruments({ logLevel: 'info' });
    const handler = instrumented(instruments, async (executionId: string) => {
      instruments.logger.debug('not told');
      instruments.logger.info('told', { executionId });
    });

    await handler('e-1', functionContext());

    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: 'INFO',
      message: 'told',
      executionId: 'e-1',
      function_request_id: 'request-1',
      service: expect.any(String),
      cold_start: expect.any(Boolean),
    });
  });

  it('that throws is logged, and what it measured is written all the same', async () => {
    const lines = printedLines();
    const instruments = openInstruments({});
    const handler = instrumented(instruments, async () => {
      instruments.metrics.count('claimed', 2, { queue: 'low' });
      throw new Error('out of reach');
    });

    await expect(handler(null, functionContext())).rejects.toThrow('out of reach');

    expect(lines).toMatchObject([
      { level: 'ERROR', message: 'the invocation failed', error: 'out of reach' },
      { claimed: 2, queue: 'low' },
    ]);
  });
});
