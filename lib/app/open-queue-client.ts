import { openMillrace } from './millrace.ts';
import type { OpenOptions } from './open-app.ts';
import type { QueueClient } from './queue-client.ts';

/**
 * Opens a queue client for a program that only enqueues: it has a store and a broker of its own,
 * which its `close` closes. Throws what `openMillrace` throws.
 */
export async function openQueueClient(options: OpenOptions): Promise<QueueClient> {
  const app = await openMillrace(options);
  return app.queueClient(() => app.close());
}
