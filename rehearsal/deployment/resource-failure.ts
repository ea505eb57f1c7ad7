import { MillraceError } from '../../lib/errors.ts';
import type { Resource } from '../template/assembly.ts';

/** Returns the error of a resource that cannot be created or deleted. */
export function resourceFailure(resource: Resource, reason: string): MillraceError {
  return new MillraceError('INVALID_CONFIGURATION', `${resource.id}: ${reason}`);
}
