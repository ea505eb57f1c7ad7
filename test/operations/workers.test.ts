/** The list of leaders and workers. */
import { expect, it } from 'vitest';
import { version } from '../../lib/config/version.ts';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { listWorkers } from '../../lib/operations/workers.ts';
import { openApp } from '../support/open-app.ts';
import { until } from '../support/signal.ts';

it('a process that runs both roles is listed as a leader and a worker until it stops', async () => {
  const app = await openApp({ machines: {}, concurrency: 7 });
  expect(await app.workers.list()).toEqual([]);
  await app.start();
  await until(async () => (await app.workers.list()).length === 2, 'both have sent a heartbeat');

  const workers = await app.workers.list();
  await app.stop();

  const common = { pid: process.pid, version, alive: true, running: 0 };
  expect(workers.toSorted((a, b) => a.role.localeCompare(b.role))).toMatchObject([
    { ...common, role: 'leader', concurrency: null },
    { ...common, role: 'worker', concurrency: 7, queues: ['critical', 'default', 'low'] },
  ]);
  expect(await app.workers.list()).toEqual([]);
});

it('metadata of another version is listed with defaults for what it lacks', async () => {
  const store = openMemoryStore();
  await store.heartbeat('w', 60_000, '{"role":"leader","more":1}');

  expect(await listWorkers({ store })).toMatchObject([
    { workerId: 'w', role: 'leader', host: '', queues: [], concurrency: null, alive: true },
  ]);
});
