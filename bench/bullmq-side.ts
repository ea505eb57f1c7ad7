/** BullMQ as a side of the comparison, with its defaults, and jobs removed when they are done. */
import { Queue, Worker } from 'bullmq';
import { versionOf } from './machine-facts.ts';
import {
  bodyOf,
  type Consumer,
  type Handle,
  inCalls,
  type OpenSide,
  type PreparedTasks,
} from './queue-side.ts';

type TaskQueue = Queue<object>;

/** See {@link OpenSide}. One worker serves one queue: several queues are several workers. */
export const openBullmq: OpenSide = async (redis, queues, database = 0) => {
  const connection = { host: '127.0.0.1', port: redis.server.port, db: database };
  const options = { connection, defaultJobOptions: { removeOnComplete: true } };
  const [first = 'default'] = queues;
  const queue: TaskQueue = new Queue(first, options);
  await queue.waitUntilReady();
  return {
    knobs: { bullmq: versionOf('bullmq'), ioredis: versionOf('ioredis'), removeOnComplete: 'true' },
    prepare: (ids) => prepare(queue, ids),
    consume: (concurrency, handle) => consume(queues, { connection, concurrency }, handle),
    left: async () => {
      const counts = await queue.getJobCounts();
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    },
    close: () => queue.close(),
  };
};

/** The job's data is the object whose text is Millrace's message: BullMQ prints it itself. */
function prepare(queue: TaskQueue, ids: readonly string[]): PreparedTasks {
  const jobs = ids.map((executionId) => {
    const data: object = JSON.parse(bodyOf(executionId));
    return { name: 'execution', data };
  });
  return {
    sendAll: (calls) =>
      inCalls(jobs.length, calls, async (from, to) => {
        await queue.addBulk(jobs.slice(from, to));
      }),
    sendOne: async (index) => {
      const job = jobs[index];
      if (job !== undefined) await queue.add(job.name, job.data);
    },
  };
}

interface WorkerKnobs {
  readonly connection: { readonly host: string; readonly port: number; readonly db: number };
  readonly concurrency: number;
}

async function consume(
  queues: readonly string[],
  knobs: WorkerKnobs,
  handle: Handle,
): Promise<Consumer> {
  let wanted = Number.POSITIVE_INFINITY;
  let completed = 0;
  const all = Promise.withResolvers<void>();
  const complete = () => {
    completed += 1;
    if (completed >= wanted) all.resolve();
  };
  const workers = queues.map((name) => {
    const worker = new Worker<{ executionId: string }>(
      name,
      async (job) => handle(job.data.executionId),
      knobs,
    );
    worker.on('completed', complete);
    worker.on('error', (error) => all.reject(error));
    return worker;
  });
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  return {
    finished: (count) => {
      wanted = count;
      if (completed >= wanted) all.resolve();
      return all.promise;
    },
    stop: async () => void (await Promise.all(workers.map((worker) => worker.close()))),
  };
}
