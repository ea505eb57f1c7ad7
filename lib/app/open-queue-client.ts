import type { MillraceConfig } from '../config/config.ts';
import type { MachineId, QueueName } from '../config/typing/typed-config.ts';
import { openMillrace } from './millrace.ts';
import type { OpenOptions } from './open-app.ts';
import type { QueueClient } from './queue-client.ts';

/**
 * Opens a queue client for a program that only enqueues: it has a store and a broker of its own,
 * which its `close` closes. Throws what `openMillrace` throws.
 */
export async function openQueueClient<const Config extends MillraceConfig>(
  options: OpenOptions<Config>,
): Promise<QueueClient<MachineId<Config>, QueueName<Config>>> {
  const app = await openMillrace(options);
  return app.queueClient(() => app.close());
}
