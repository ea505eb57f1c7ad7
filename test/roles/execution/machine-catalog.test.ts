/** The catalog of compiled machines: each read once, none for ever. */
import { describe, expect, it } from 'vitest';
import type { MachineRecord } from '../../../lib/ports/machine-store.ts';
import { MachineCatalog } from '../../../lib/roles/execution/machine-catalog.ts';
import { oneTask, unavailable } from '../../support/role-harness.ts';

function setUp() {
  const asked: string[] = [];
  const faults = { failing: false };
  const catalog = new MachineCatalog({
    getMachine: async (id, version = 1): Promise<MachineRecord | null> => {
      asked.push(`${id} ${version}`);
      if (faults.failing) throw unavailable();
      if (id === 'unknown') return null;
      const definition = JSON.stringify(oneTask);
      return { id, version, kind: 'STANDARD', definition, createdAt: 0 };
    },
  });
  return { asked, faults, catalog };
}

describe('a machine catalog', () => {
  it('reads and compiles a version once, however many executions ask at once', async () => {
    const { asked, catalog } = setUp();

    const machines = await Promise.all(Array.from({ length: 50 }, () => catalog.get('m', 1)));

    expect(new Set(machines).size).toBe(1);
    expect(asked).toEqual(['m 1']);
  }); // W55

  it('keeps versions apart', async () => {
    const { asked, catalog } = setUp();

    await catalog.get('m', 1);
    await catalog.get('m', 2);

    expect(asked).toEqual(['m 1', 'm 2']);
  });

  it('refuses a version that the store does not have, and asks again the next time', async () => {
    const { asked, catalog } = setUp();

    for (let times = 0; times < 2; times += 1) {
      await expect(catalog.get('unknown', 3)).rejects.toMatchObject({
        code: 'UNKNOWN_MACHINE',
        fields: { machineId: 'unknown', machineVersion: 3 },
      });
    }

    expect(asked).toHaveLength(2);
  });

  it('forgets a failure: the next execution may find the store again', async () => {
    const { faults, catalog } = setUp();
    faults.failing = true;
    await expect(catalog.get('m', 1)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });

    faults.failing = false;

    expect(await catalog.get('m', 1)).toBeDefined();
  });

  it('keeps no more than 256, and drops the one longest unused', async () => {
    const { asked, catalog } = setUp();
    for (let index = 0; index < 256; index += 1) await catalog.get(`m${index}`, 1);
    await catalog.get('m0', 1);
    await catalog.get('one more', 1);
    asked.length = 0;

    await catalog.get('m0', 1);
    await catalog.get('m1', 1);

    expect(asked).toEqual(['m1 1']);
  });
});
