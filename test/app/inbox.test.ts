/** New files of the inbox start batches of an app, in the processes that lead. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Millrace } from '../../lib/app/millrace.ts';
import { openApp } from '../../lib/app/open-app.ts';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

it('a file that is complete starts a batch once, over leaders and restarts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-inbox-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'inbox/in'), { recursive: true });
  const clock = new SimulatedClock();
  const store = openMemoryStore({ now: () => clock.now() });
  const open = async () => {
    const context = await openApp({
      config: {
        machines: { m: { definition: { StartAt: 'A', States: { A: { Type: 'Succeed' } } } } },
        batches: {
          orders: {
            machine: 'm',
            source: { kind: 'csv', path: 'none.csv' },
            onObject: { prefix: 'in/', suffix: '.csv' },
          },
        },
        inbox: { folder: 'inbox' },
        measure: 'off',
      },
      folder,
      clock,
      logger: new QuietLogger(),
      drivers: { store },
      env: {},
    });
    const app = new Millrace(context);
    onTestFinished(() => app.close());
    return app;
  };
  const pass = async (condition: () => boolean | Promise<boolean>) => {
    for (let turn = 0; turn < 400 && !(await condition()); turn += 1) {
      await clock.advance(500);
      await stat(folder);
    }
    return await condition();
  };
  const batches = async (app: Millrace) => (await app.batches.list()).entries;
  const ended = (app: Millrace, count: number) => async () =>
    (await batches(app)).filter(({ status }) => status === 'SUCCEEDED').length === count;
  const apps = [await open(), await open()];
  const [first] = apps;
  if (first === undefined) throw new Error('no app');
  for (const app of apps) await app.start();

  writeFileSync(join(folder, 'inbox/in/a.csv.part'), 'id\n1\n2\n');
  writeFileSync(join(folder, 'inbox/other.csv'), 'id\n1\n');
  let turns = 0;
  await pass(() => {
    turns += 1;
    return turns > 30;
  });
  expect(await batches(first)).toEqual([]);
  renameSync(join(folder, 'inbox/in/a.csv.part'), join(folder, 'inbox/in/a.csv'));

  expect(await pass(ended(first, 1))).toBe(true);
  expect(await batches(first)).toMatchObject([{ name: 'orders', succeeded: 2 }]);

  const later = await open();
  await later.start();
  writeFileSync(join(folder, 'inbox/in/b.csv'), 'id\n1\n');
  expect(await pass(ended(later, 2))).toBe(true);
  const { entries } = await later.orders.list({ action: 'startBatch' }, { limit: 9 });
  expect(entries.map(({ via, outcome }) => [via, outcome])).toEqual([
    ['event', 'RUNNING'],
    ['event', 'RUNNING'],
  ]);
});
