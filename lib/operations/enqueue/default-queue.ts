/** The queue of work for which none was chosen. */
import type { Settings } from '../../config/settings.ts';

/** Returns the queue of work for which none was chosen: `default`, or the first there is. */
export function defaultQueueOf({ queues }: Pick<Settings, 'queues'>): string {
  const names = Object.keys(queues);
  return names.includes('default') ? 'default' : (names[0] ?? 'default');
}
