/** Where what was found is shown. Pure. */
import type { ApiReply } from '../../../lib/api/contract/contract.ts';
import { pathTo } from '../router/routes.ts';

/** One thing that was found. */
export type Hit = ApiReply<'find'>['hits'][number];

/** Returns the address of a hit: an error leads to the executions that failed with it. */
export function hitPath({ kind, id }: Pick<Hit, 'kind' | 'id'>): string {
  switch (kind) {
    case 'execution':
      return pathTo('execution', { executionId: id });
    case 'batch':
      return pathTo('batch', { batchId: id });
    case 'machine':
      return pathTo('machine', { machineId: id });
    case 'queue':
      return pathTo('queue', { queue: id });
    case 'error':
      return pathTo('executions', {}, { error: id });
  }
}
