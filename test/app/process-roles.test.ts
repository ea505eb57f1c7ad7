/** Which parts of Millrace may be a process of their own. */
import { describe, expect, it } from 'vitest';
import { checkProcessRoles } from '../../lib/app/process-roles.ts';
import { MemoryBroker } from '../../lib/drivers/memory/memory-broker.ts';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';

const redis = { driver: 'redis', url: 'redis://here', token: null, namespace: 'millrace' } as const;
const postgres = { driver: 'postgres', url: 'postgres://here/millrace' } as const;

describe('a part of its own', () => {
  it('needs a broker that other processes reach', () => {
    expect(() =>
      checkProcessRoles(['worker'], { broker: { driver: 'memory' }, store: postgres }),
    ).toThrow(
      'a worker of its own needs a broker that other processes reach; found memory: set REDIS_URL',
    );
  });

  it('needs a store that other processes reach', () => {
    const store = { driver: 'pglite', folder: '/data' } as const;

    expect(() => checkProcessRoles(['leader'], { broker: redis, store })).toThrow(
      'a leader of its own needs a store that other processes reach; found pglite: set POSTGRES_URL',
    );
  });

  it('may be where both are shared or were lent, and all parts together anywhere', () => {
    checkProcessRoles(['worker'], { broker: redis, store: postgres });
    checkProcessRoles(
      ['worker'],
      { broker: { driver: 'memory' }, store: { driver: 'memory' } },
      { broker: new MemoryBroker({ clock: systemClock }), store: openMemoryStore() },
    );
    checkProcessRoles(['leader', 'worker'], {
      broker: { driver: 'memory' },
      store: { driver: 'memory' },
    });
  });
});
