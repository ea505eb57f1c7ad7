/** Pages of executions in the order of their ids. */
import type { PageRequest } from '../../ports/store/page.ts';
import { parsePageStart } from '../shared/keyset-pages.ts';
import { isUuid, toStorableText } from '../shared/storable.ts';

/** Returns the document of a list statement: the filter, where the page starts, its size. */
export function toListDocument(filter: object, page: PageRequest) {
  const start = parsePageStart(page);
  return {
    ...toStorableFilter(filter),
    afterId: start !== null && isUuid(start.id) ? start.id : null,
    limit: page.limit + 1,
  };
}

/** Converts the filter's texts as they are stored, so that a stored name is found by that name. */
function toStorableFilter(filter: object): Record<string, unknown> {
  const entries: [string, unknown][] = Object.entries(filter);
  return Object.fromEntries(
    entries.flatMap(([key, value]) => {
      if (typeof value === 'string') return [[key, toStorableText(value)]];
      return key === 'labels' && isEmpty(value) ? [] : [[key, value]];
    }),
  );
}

/** Whether a filter's labels are none, which is no condition. */
function isEmpty(labels: unknown): boolean {
  return Object.keys(Object(labels)).length === 0;
}
