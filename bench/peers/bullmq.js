/** BullMQ: a job for each step on one queue, which adds the job of the next one. */
import { Queue, Worker } from 'bullmq';
import { chunksOf, measurePeer, work } from './workload.js';

const next = { check: 'reserve', reserve: 'confirm' };
const addAtOnce = 1_000;

await measurePeer(async ({ url, concurrency }) => {
  const { hostname: host, port } = new URL(url);
  const connection = { host, port: Number(port) };
  const queue = new Queue('steps', { connection, defaultJobOptions: { removeOnComplete: true } });
  let tally;
  const worker = new Worker(
    'steps',
    async ({ name, data }) => {
      const order = await work(data);
      if (next[name] !== undefined) await queue.add(next[name], order);
      return order;
    },
    { connection, concurrency },
  );
  worker.on('completed', ({ name, returnvalue }) => {
    if (name === 'confirm') tally.end(returnvalue);
  });
  worker.on('error', (error) => {
    throw error;
  });
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  return {
    settings: { concurrency, removeOnComplete: 'true', addAtOnce },
    run: async (orders, given) => {
      tally = given;
      for (const chunk of chunksOf(addAtOnce, orders)) {
        await queue.addBulk(chunk.map((data) => ({ name: 'check', data })));
      }
      await tally.done;
    },
    stop: async () => {
      await worker.close();
      await queue.close();
    },
  };
});
