import type { AppDescription } from '../config/app-description.ts';
import { hasKey } from './has-key.ts';

/** Whether a machine of the app has a distributed Map that writes result files. */
export function writesResultFiles({ machines }: AppDescription): boolean {
  return machines.some(({ definition }) => hasKey(definition, 'ResultWriter'));
}
