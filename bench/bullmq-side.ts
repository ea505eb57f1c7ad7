/**
 * BullMQ as one side of the comparison: with its defaults, except that completed jobs are removed.
 */
import { Queue, Worker } from 'bullmq';
import { readPackageVersion } from './machine-facts.ts';
import {
  type Consumer,
  type Handle,
  type OpenSide,
  type PreparedTasks,
  sendInChunks,
  taskPayload,
} from './queue-side.ts';

type TaskQueue = Queue<object>;

/** Opens BullMQ. A BullMQ worker serves one queue, so several queues take several workers. */
export const openBullmqSide: OpenSide = async (redis, queues) => {
  const connection = { host: '127.0.0.1', port: redis.server.port };
  const options = { connection, defaultJobOptions: { removeOnComplete: true } };
  const [first = 'default'] = queues;
  const queue: TaskQueue = new Queue(first, options);
  await queue.waitUntilReady();
  return {
    knobs: {
      bullmq: readPackageVersion('bullmq'),
      ioredis: readPackageVersion('ioredis'),
      removeOnComplete: 'true',
    },
    prepare: (ids) => prepare(queue, ids),
    consume: (concurrency, handle) => consume(queues, { connection, concurrency }, handle),
    countRemaining: async () => {
      const counts = await queue.getJobCounts();
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    },
    close: () => queue.close(),
  };
};

/** The data of a job is the parsed body of Millrace's message: BullMQ serializes it itself. */
function prepare(queue: TaskQueue, ids: readonly string[]): PreparedTasks {
  const jobs = ids.map((executionId) => {
    const data: object = JSON.parse(taskPayload(executionId));
    return { name: 'execution', data };
  });
  return {
    sendAll: (calls) =>
      sendInChunks(jobs.length, calls, async (from, to) => {
        await queue.addBulk(jobs.slice(from, to));
      }),
    sendOne: async (index) => {
      const job = jobs[index];
      if (job !== undefined) await queue.add(job.name, job.data);
    },
  };
}

interface WorkerOptions {
  readonly connection: { readonly host: string; readonly port: number };
  readonly concurrency: number;
}

async function consume(
  queues: readonly string[],
  options: WorkerOptions,
  handle: Handle,
): Promise<Consumer> {
  let expected = Number.POSITIVE_INFINITY;
  let completed = 0;
  const all = Promise.withResolvers<void>();
  const complete = () => {
    completed += 1;
    if (completed >= expected) all.resolve();
  };
  const workers = queues.map((name) => {
    const worker = new Worker<{ executionId: string }>(
      name,
      async (job) => handle(job.data.executionId),
      options,
    );
    worker.on('completed', complete);
    worker.on('error', (error) => all.reject(error));
    return worker;
  });
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  return {
    finished: (count) => {
      expected = count;
      if (completed >= expected) all.resolve();
      return all.promise;
    },
    stop: async () => void (await Promise.all(workers.map((worker) => worker.close()))),
  };
}
