/** Operations on queues and workers, as an app carries them out. */

import { assert } from '../../errors.ts';
import { taskCountMax } from '../../operations/queue-report.ts';
import { listProcesses } from '../../operations/workers.ts';
import type { queueOperations } from '../contract/queues.ts';
import type { AppOpener, Some } from './app-opener.ts';

/** See this file's head. */
export function queuesOf(open: AppOpener): Some<keyof typeof queueOperations> {
  return {
    listQueues: async () => ({
      queues: await (await open()).queues.list(),
      tasksCountedUpTo: taskCountMax,
    }),
    getQueue: async ({ params }) => {
      const [queue] = await (await open()).queues.list([params.queue]);
      assert(queue !== undefined, 'a queue that is asked for by name is answered');
      return queue;
    },
    pauseQueue: async ({ params: { queue } }) => {
      await (await open()).queues.pause([queue]);
      return { queue, paused: true };
    },
    resumeQueue: async ({ params: { queue } }) => {
      await (await open()).queues.resume([queue]);
      return { queue, paused: false };
    },
    purgeQueue: async ({ params: { queue }, body: { abortTasks } }) => ({
      queue,
      ...(await (await open()).queues.purge(queue, { abortTasks })),
    }),
    listWorkers: async () => ({ workers: await listProcesses((await open()).store) }),
  };
}
