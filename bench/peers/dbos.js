/**
 * DBOS: a workflow of three steps, each recorded in PostgreSQL when it ends. Workflows are started
 * directly: over a queue, they would wait for its poll as well.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { forEachAtOnce, measurePeer, work } from './workload.js';

const poolSize = 20;

await measurePeer(async ({ url, concurrency }) => {
  DBOS.setConfig({
    name: 'peer',
    systemDatabaseUrl: url,
    systemDatabasePoolSize: poolSize,
    logLevel: 'error',
  });
  const workflow = DBOS.registerWorkflow(
    async (order) => {
      const checked = await DBOS.runStep(() => work(order), { name: 'check' });
      const reserved = await DBOS.runStep(() => work(checked), { name: 'reserve' });
      return await DBOS.runStep(() => work(reserved), { name: 'confirm' });
    },
    { name: 'order' },
  );
  await DBOS.launch();
  return {
    settings: { systemDatabasePoolSize: poolSize, workflowsAtOnce: concurrency },
    run: (orders, tally) =>
      forEachAtOnce(concurrency, orders, async (order) => {
        const handle = await DBOS.startWorkflow(workflow)(order);
        tally.end(await handle.getResult());
      }),
    stop: () => DBOS.shutdown(),
  };
});
