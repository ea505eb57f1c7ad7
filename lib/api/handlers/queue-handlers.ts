import { taskCountMax } from '../../operations/queue-report.ts';
import type { queueOperations } from '../contract/queues.ts';
import type { AppOpener, OperationHandlers } from './app-opener.ts';

/** Handles the operations on queues and workers. */
export function queueHandlers(open: AppOpener): OperationHandlers<keyof typeof queueOperations> {
  return {
    listQueues: async () => ({
      queues: await (await open()).queues.list(),
      tasksCountedUpTo: taskCountMax,
    }),
    getQueue: async ({ params }) => (await open()).queues.get(params.queue),
    pauseQueue: async ({ params: { queue }, body }) => {
      await (await open()).queues.pause([queue], body.reason);
      return { queue, paused: true };
    },
    resumeQueue: async ({ params: { queue } }) => {
      await (await open()).queues.resume([queue]);
      return { queue, paused: false };
    },
    purgeQueue: async ({ params: { queue }, body }) => ({
      queue,
      ...(await (await open()).queues.purge(queue, body)),
    }),
    listWorkers: async () => ({ workers: await (await open()).workers.list() }),
  };
}
