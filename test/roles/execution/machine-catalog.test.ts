/** The catalog of compiled machines: each is read once, and cached for a while. */
import { describe, expect, it } from 'vitest';
import type { MachineRevision } from '../../../lib/ports/store/machines/state-machine-store.ts';
import { MachineCatalog } from '../../../lib/roles/execution/machine-catalog.ts';
import { oneTask, unavailable } from '../../support/role-harness.ts';

function setUp() {
  const lookups: string[] = [];
  const faults = { failing: false };
  const catalog = new MachineCatalog({
    getMachine: async () => null,
    getRevision: async (id, version): Promise<MachineRevision | null> => {
      lookups.push(`${id} ${version}`);
      if (faults.failing) throw unavailable();
      if (id === 'unknown') return null;
      const comment = id === 'long' ? { Comment: 'x'.repeat(1_000_000) } : {};
      const definition = JSON.stringify({ ...oneTask, ...comment });
      return {
        id,
        version,
        kind: 'STANDARD',
        definition,
        createdAt: 0,
        revisionId: null,
        definitionText: null,
        roleArn: '',
        logging: null,
        tracing: null,
        encryption: null,
      };
    },
  });
  return { lookups, faults, catalog };
}

describe('a machine catalog', () => {
  it('a version is read and compiled once, however many executions need it at once', async () => {
    const { lookups, catalog } = setUp();

    const machines = await Promise.all(Array.from({ length: 50 }, () => catalog.get('m', 1)));

    expect(new Set(machines).size).toBe(1);
    expect(lookups).toEqual(['m 1']);
  });

  it('versions of one machine are compiled separately', async () => {
    const { lookups, catalog } = setUp();

    await catalog.get('m', 1);
    await catalog.get('m', 2);

    expect(lookups).toEqual(['m 1', 'm 2']);
  });

  it('machines whose definitions are too long together are dropped, the oldest first', async () => {
    const { lookups, catalog } = setUp();

    for (const version of [1, 2, 3, 4, 5]) await catalog.get('long', version);
    await catalog.get('long', 5);
    expect(lookups).toHaveLength(5);

    await catalog.get('long', 1);
    expect(lookups).toHaveLength(6);
  });

  it('a version that the store does not have is refused, and looked up again the next time', async () => {
    const { lookups, catalog } = setUp();

    for (let times = 0; times < 2; times += 1) {
      await expect(catalog.get('unknown', 3)).rejects.toMatchObject({
        code: 'UNKNOWN_MACHINE',
        fields: { machineId: 'unknown', machineVersion: 3 },
      });
    }

    expect(lookups).toHaveLength(2);
  });

  it('a failed lookup is not cached', async () => {
    const { faults, catalog } = setUp();
    faults.failing = true;
    await expect(catalog.get('m', 1)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });

    faults.failing = false;

    expect(await catalog.get('m', 1)).toBeDefined();
  });

  it('a catalog holds at most 256 machines, and drops the least recently used one', async () => {
    const { lookups, catalog } = setUp();
    for (let index = 0; index < 256; index += 1) await catalog.get(`m${index}`, 1);
    await catalog.get('m0', 1);
    await catalog.get('one more', 1);
    lookups.length = 0;

    await catalog.get('m0', 1);
    await catalog.get('m1', 1);

    expect(lookups).toEqual(['m1 1']);
  });
});
