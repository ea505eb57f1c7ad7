/** Orders about many entries of the archive. */
import { expect, it } from 'vitest';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import { pause } from '../../lib/ports/clock.ts';
import { batchEnd, openApp } from '../support/open-app.ts';
import { until } from '../support/signal.ts';

class Refused extends Error {
  override name = 'Refused';
}

const work = { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: 'work', End: true } } };

it('a redrive of all runs each entry once, though all fail again while it goes on', async () => {
  let calls = 0;
  const app = await openApp({
    machines: { work: { definition: work, nonRetryableErrors: ['Refused'] } },
    handlers: {
      work: () => {
        calls += 1;
        throw new Refused('no');
      },
    },
    batches: { works: { machine: 'work', source: { kind: 'items', items: [1, 2, 3] } } },
  });
  await app.start();
  const { id } = await app.startBatch('works');
  await batchEnd(app, id);
  // Another millisecond than the first ends'.
  await pause(systemClock, 2);

  const pages: number[] = [];
  for await (const page of app.redriveArchived({})) {
    pages.push(page.length);
    await until(async () => (await app.store.countArchive({})) === 3, 'the new ends', 100_000);
  }

  expect(pages).toEqual([3]);
  expect(calls).toBe(6);
});
