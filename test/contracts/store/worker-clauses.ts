/** The list of workers and leaders. */
import { expect } from 'vitest';
import { type Clause, createClaimed, leaseMs } from './store-harness.ts';

const about = '{"role":"worker","host":"a"}';

/** Defines the clauses about the list of workers. */
export function workerClauses(clause: Clause): void {
  clause('a process that sends metadata with its heartbeat is listed', async ({ store, clock }) => {
    const since = clock.now();
    await store.heartbeat('worker-1', leaseMs, about);
    await clock.advance(1_000);
    await store.heartbeat('leader-1', leaseMs, '{"role":"leader"}');
    await createClaimed(store);
    await createClaimed(store);

    expect(await store.listWorkers()).toEqual([
      {
        workerId: 'worker-1',
        about,
        since,
        lastBeatAt: since,
        expiresInMs: leaseMs,
        alive: true,
        running: 2,
      },
      {
        workerId: 'leader-1',
        about: '{"role":"leader"}',
        since: since + 1_000,
        lastBeatAt: since + 1_000,
        expiresInMs: leaseMs,
        alive: true,
        running: 0,
      },
    ]);
  });

  clause(
    'a heartbeat without metadata keeps the last one, and new metadata replaces it',
    async ({ store }) => {
      await store.heartbeat('worker-1', leaseMs, about);
      await store.heartbeat('worker-1', leaseMs);
      expect(await store.listWorkers()).toMatchObject([{ about }]);

      await store.heartbeat('worker-1', leaseMs, '{"role":"worker","queues":["high"]}');
      expect(await store.listWorkers()).toMatchObject([
        { about: '{"role":"worker","queues":["high"]}' },
      ]);
    },
  );

  clause('a process without metadata is not listed', async ({ store }) => {
    await createClaimed(store, {}, 'silent');

    expect(await store.listWorkers()).toEqual([]);
  });

  clause('a crashed process is listed as dead for one hour', async ({ store, clock }) => {
    await store.heartbeat('worker-1', leaseMs, about);
    await clock.advance(leaseMs);
    expect(await store.listWorkers()).toMatchObject([{ alive: false, expiresInMs: 0 }]);

    await clock.advance(3_600_000 - 1);
    expect(await store.listWorkers()).toMatchObject([{ alive: false }]);
    await clock.advance(1);
    expect(await store.listWorkers()).toEqual([]);
  });

  clause('a process that ended its lease is not listed', async ({ store }) => {
    await store.heartbeat('worker-1', leaseMs, about);

    await store.endLease('worker-1');

    expect(await store.listWorkers()).toEqual([]);
  });
}
