/** The roles of a process: which may run alone, and when they are created. */
import { describe, expect, it } from 'vitest';
import { checkProcessRoles } from '../../lib/app/process-roles.ts';
import { MemoryBroker } from '../../lib/drivers/memory/memory-broker.ts';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import { openApp } from '../support/open-app.ts';

const redis = { driver: 'redis', url: 'redis://here', token: null, namespace: 'millrace' } as const;
const postgres = { driver: 'postgres', url: 'postgres://here/millrace' } as const;

describe('a role in a process of its own', () => {
  it('a role of its own needs a broker that other processes reach', () => {
    expect(() =>
      checkProcessRoles(['worker'], { broker: { driver: 'memory' }, store: postgres }),
    ).toThrow(
      'a worker process of its own needs a broker that other processes reach; found memory: set REDIS_URL',
    );
  });

  it('a role of its own needs a store that other processes reach', () => {
    const store = { driver: 'pglite', folder: '/data' } as const;

    expect(() => checkProcessRoles(['leader'], { broker: redis, store })).toThrow(
      'a leader process of its own needs a store that other processes reach; found pglite: set POSTGRES_URL',
    );
  });

  it('a role may run alone on shared or external drivers, and all roles together anywhere', () => {
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

describe('the roles of an app', () => {
  it('an app that starts no role sends no heartbeat and holds no batch', async () => {
    const app = await openApp({ machines: {} });

    await app.stop();

    expect(await app.workers.list()).toEqual([]);
  });

  it('a stopped app starts again', async () => {
    const definition = { StartAt: 'Echo', States: { Echo: { Type: 'Pass', End: true } } };
    const app = await openApp({ machines: { echo: { definition } } });
    const run = async () => {
      const { executionId } = await app.executions.start({ machineId: 'echo' });
      return (await app.executions.wait(executionId))?.status;
    };

    await app.start();
    const first = await run();
    await app.stop();
    await app.start();

    expect([first, await run()]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  });
});
