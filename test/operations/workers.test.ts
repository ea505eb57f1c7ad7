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
    { ...common, role: 'leader', concurrency: null, busy: null, lastBeatAt: expect.any(Number) },
    {
      ...common,
      role: 'worker',
      concurrency: 7,
      queues: ['critical', 'default', 'low'],
      busy: 0,
      endedPerMinute: 0,
      commitMs: null,
      takenOver: 0,
      lastBeatAt: expect.any(Number),
    },
  ]);
  expect(await app.workers.list()).toEqual([]);
});

it('a worker reports how much it does with each heartbeat', async () => {
  const app = await openApp({
    machines: {
      wait: {
        definition: { StartAt: 'A', States: { A: { Type: 'Task', Resource: 'hold', End: true } } },
      },
      pass: { definition: { StartAt: 'A', States: { A: { Type: 'Succeed' } } } },
    },
    handlers: {
      hold: (_, { signal }) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve(null))),
    },
  });
  await app.start();
  const { executionId } = await app.executions.start({ machineId: 'pass' });
  await app.executions.wait(executionId);
  await app.executions.start({ machineId: 'wait' });

  const find = async () => (await app.workers.list()).find(({ role }) => role === 'worker');
  const isReported = async () => (await find())?.endedPerMinute === 1;
  await until(isReported, 'a heartbeat reports it', 5_000_000);

  expect(await find()).toMatchObject({ busy: 1, endedPerMinute: 1, commitMs: expect.any(Number) });
});

it('metadata of another version is listed with defaults for what it lacks', async () => {
  const store = openMemoryStore();
  await store.heartbeat('w', 60_000, '{"role":"leader","more":1}');

  expect(await listWorkers({ store })).toMatchObject([
    {
      workerId: 'w',
      role: 'leader',
      host: '',
      queues: [],
      concurrency: null,
      alive: true,
      busy: null,
      endedPerMinute: null,
      commitMs: null,
      takenOver: null,
    },
  ]);
});
