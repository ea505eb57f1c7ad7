/**
 * pg-boss: a queue for each step, worked off in batches, each of which inserts the jobs of the next
 * step at once. A worker fetches again at once while its batches are full.
 */
import { PgBoss } from 'pg-boss';
import { chunksOf, measurePeer, work } from './workload.js';

const settings = {
  batchSize: 500,
  localConcurrency: 2,
  pollingIntervalSeconds: 0.5,
  useListenNotify: 'true',
  insertAtOnce: 1_000,
};

await measurePeer(async ({ url }) => {
  const boss = new PgBoss({ connectionString: url, useListenNotify: true });
  boss.on('error', (error) => {
    throw error;
  });
  await boss.start();
  let tally;
  const { batchSize, localConcurrency, pollingIntervalSeconds } = settings;
  const options = {
    batchSize,
    localConcurrency,
    pollingIntervalSeconds,
    notifyPollingIntervalSeconds: pollingIntervalSeconds,
    burstWhenBatchFull: true,
  };
  const handOnTo = (next) => async (jobs) => {
    const done = await Promise.all(jobs.map(({ data }) => work(data)));
    await boss.insert(
      next,
      done.map((data) => ({ data })),
    );
  };
  for (const name of ['check', 'reserve', 'confirm'])
    await boss.createQueue(name, { notify: true });
  await boss.work('check', options, handOnTo('reserve'));
  await boss.work('reserve', options, handOnTo('confirm'));
  await boss.work('confirm', options, async (jobs) => {
    for (const { data } of jobs) tally.end(await work(data));
  });
  return {
    settings,
    run: async (orders, given) => {
      tally = given;
      for (const chunk of chunksOf(settings.insertAtOnce, orders)) {
        await boss.insert(
          'check',
          chunk.map((data) => ({ data })),
        );
      }
      await tally.done;
      await waitUntilComplete(boss);
    },
    stop: () => boss.stop({ graceful: true }),
  };
});

/** The last batch of jobs is complete a moment after its handler has returned. */
async function waitUntilComplete(boss) {
  const count = "SELECT count(*)::int AS open FROM pgboss.job WHERE state < 'completed'";
  while ((await boss.getDb().executeSql(count)).rows[0].open > 0) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
