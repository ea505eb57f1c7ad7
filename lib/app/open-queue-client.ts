/** A queue client for programs that only produce: nothing of the work runs in their process. */
import { openMillrace } from './millrace.ts';
import type { OpenOptions } from './open-app.ts';
import type { QueueClient } from './queue-client.ts';

/**
 * A queue client with a store and a broker of its own, which its `close` closes. Throws what
 * `openMillrace` throws.
 */
export async function openQueueClient(options: OpenOptions): Promise<QueueClient> {
  const app = await openMillrace(options);
  return app.queueClient(() => app.close());
}
