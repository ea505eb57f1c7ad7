/** A function opens its app once for each environment. */
import { describe, expect, it, vi } from 'vitest';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { type FunctionApp, functionHandler } from '../../lib/lambda/function-handler.ts';
import { functionContext } from '../support/function-context.ts';
import { printedLines } from '../support/printed-lines.ts';

const definition = { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } };
const config = { machines: { order: { definition } } };

describe('functionHandler', () => {
  it('the first invocation opens the app and registers its machines for all others', async () => {
    printedLines();
    const store = openMemoryStore();
    const prepare = vi.fn(({ context }: FunctionApp) => context);
    const handler = functionHandler(
      config,
      {
        prepare,
        handle: async (context, event: number) => ({
          version: context.machines.get('order').record.version,
          sameStore: context.store === store,
          event,
        }),
      },
      { env: {}, drivers: { store } },
    );

    expect(prepare).not.toHaveBeenCalled();
    const results = [await handler(1, functionContext()), await handler(2, functionContext())];

    expect(results).toEqual([
      { version: 1, sameStore: true, event: 1 },
      { version: 1, sameStore: true, event: 2 },
    ]);
    expect(prepare).toHaveBeenCalledOnce();
  });

  it('an app that could not be opened is opened by the next invocation', async () => {
    printedLines();
    const prepare = vi.fn().mockRejectedValueOnce(new Error('asleep')).mockReturnValue('awake');
    const handle = async (deps: string) => deps;
    const drivers = { store: openMemoryStore() };
    const handler = functionHandler(config, { prepare, handle }, { env: {}, drivers });

    await expect(handler(1, functionContext())).rejects.toThrow('asleep');

    expect(await handler(2, functionContext())).toBe('awake');
  });
});
