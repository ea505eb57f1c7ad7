/** The state that a killed process leaves to the next one on the same folder. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPgliteStore } from '../../../lib/drivers/pglite/pglite-store.ts';

const hourMs = 60 * 60 * 1_000;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-pglite-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function openStore() {
  const store = await openPgliteStore({ folder });
  await store.migrate();
  return store;
}

describe('reopened folder', () => {
  it('the next leader on a folder gets its batches at once, whatever lease was left', async () => {
    const before = await openStore();
    const { version } = await before.putMachine('m', 'STANDARD', '{}');
    const batch = { id: 'b', name: 'b', machineId: 'm', machineVersion: version };
    await before.createBatch({ ...batch, source: '{}', options: '{}' });
    const [held] = await before.leaseBatches('the first', hourMs, 10);
    await before.close();

    const after = await openStore();
    const [led] = await after.leaseBatches('the second', hourMs, 10);

    await after.close();
    expect(led?.id).toBe('b');
    expect(led?.fence).toBe((held?.fence ?? 0) + 1);
  });
});
