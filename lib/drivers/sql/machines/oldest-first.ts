/** Pages of lists that have the oldest first. */
import type { PageRequest } from '../../../ports/store/page.ts';
import { parsePageStart } from '../../shared/keyset-pages.ts';

/** Returns where a page of a list starts that has the oldest first. */
export function toOldestFields(page: PageRequest) {
  const start = parsePageStart(page);
  return { afterAt: start?.at ?? -1, afterId: start?.id ?? '', limit: page.limit + 1 };
}
