/** A store that enables the leader schedule when it records work. */
import { describe, expect, it } from 'vitest';
import { scheduleWakingStore } from '../../../lib/app/compose/schedule-waking-store.ts';
import { openMemoryStore } from '../../../lib/drivers/memory/memory-store.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import { newBatch, newExecution, nextId } from '../../contracts/store/store-harness.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';

function openWaking(changes: Partial<Store> = {}, turnOn: () => Promise<void> = async () => {}) {
  const real = { ...openMemoryStore(), ...changes };
  const logger = new QuietLogger();
  /** Whether the store had work each time that the schedule was enabled. */
  const seen: boolean[] = [];
  const schedule = {
    turnOn: async () => {
      seen.push((await real.workAhead()).busy);
      await turnOn();
    },
    turnOff: async () => {},
  };
  return { store: scheduleWakingStore(real, schedule, logger), logger, seen };
}

describe('recording work', () => {
  it('recording work enables the leader schedule after the work is recorded', async () => {
    const { store, seen } = openWaking();

    await store.createExecutions([newExecution()], true);
    await store.createBatch(newBatch());
    await store.putMessage({ id: nextId(), key: 'k', value: '1', body: '1', ttlMs: 1_000 });

    expect(seen).toEqual([true, true, true]);
  });

  it('a lost reply enables the leader schedule, too: the work may be recorded', async () => {
    const { store, seen } = openWaking({
      createBatch: async () => {
        throw new Error('no answer');
      },
    });

    await expect(store.createBatch(newBatch())).rejects.toThrow('no answer');

    expect(seen).toHaveLength(1);
  });

  it('recorded work stays, with an error in the log, when the schedule cannot be enabled', async () => {
    const { store, logger } = openWaking({}, () => Promise.reject(new Error('not allowed')));

    const [created] = await store.createExecutions([newExecution()], true);

    expect(created?.created).toBe(true);
    expect(logger.entries).toMatchObject([{ level: 'error', fields: { error: 'not allowed' } }]);
  });
});

describe('reading', () => {
  it('reading does not enable the leader schedule', async () => {
    const { store, seen } = openWaking();

    await store.listBatches({}, { limit: 10 });
    await store.workAhead();

    expect(seen).toEqual([]);
    expect(store.description).toBe('memory of this process');
  });
});
