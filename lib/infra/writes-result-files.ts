import type { AppDescription } from '../config/app-description.ts';

/** Whether a machine of the app has a distributed Map that writes result files. */
export function writesResultFiles({ machines }: AppDescription): boolean {
  return machines.some(({ definition }) => hasKey(definition, 'ResultWriter'));
}

function hasKey(value: unknown, key: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (!Array.isArray(value) && Object.hasOwn(value, key)) return true;
  return Object.values(value).some((child) => hasKey(child, key));
}
