/**
 * Graphile Worker: a job for each step, which adds the job of the next one. Settings as under
 * "Performance" in its documentation: jobs are fetched and completed in batches.
 */
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import { chunksOf, measurePeer, work } from './workload.js';

const settings = {
  concurrentJobs: 24,
  maxPoolSize: 25,
  localQueueSize: 500,
  completeJobBatchDelay: 0,
  addJobsAtOnce: 1_000,
};

await measurePeer(async ({ url }) => {
  const pool = new pg.Pool({ connectionString: url, max: settings.maxPoolSize });
  pool.on('error', (error) => {
    throw error;
  });
  const utils = await makeWorkerUtils({ pgPool: pool });
  await utils.migrate();
  let tally;
  const taskList = {
    check: async (order, { addJob }) => void (await addJob('reserve', await work(order))),
    reserve: async (order, { addJob }) => void (await addJob('confirm', await work(order))),
    confirm: async (order) => tally.end(await work(order)),
  };
  const { concurrentJobs, maxPoolSize, localQueueSize, completeJobBatchDelay } = settings;
  const runner = await run({
    pgPool: pool,
    taskList,
    preset: {
      worker: {
        concurrentJobs,
        maxPoolSize,
        completeJobBatchDelay,
        failJobBatchDelay: 0,
        localQueue: { size: localQueueSize },
      },
    },
    noHandleSignals: true,
    logger: new Logger(() => () => {}),
  });
  return {
    settings,
    run: async (orders, given) => {
      tally = given;
      for (const chunk of chunksOf(settings.addJobsAtOnce, orders)) {
        await utils.addJobs(chunk.map((payload) => ({ identifier: 'check', payload })));
      }
      await tally.done;
      await waitUntilEmpty(pool);
    },
    stop: async () => {
      await runner.stop();
      await utils.release();
      await pool.end();
    },
  };
});

/** A job is deleted when it is complete. */
async function waitUntilEmpty(pool) {
  const count = 'SELECT count(*)::int AS left FROM graphile_worker.jobs';
  while ((await pool.query(count)).rows[0].left > 0) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
