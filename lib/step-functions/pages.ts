/** The pages of lists: sizes and tokens. */
import type { Page, PageRequest } from '../ports/store/page.ts';
import type { OperationContext } from './operation-context.ts';
import { pageSizes } from './step-functions-limits.ts';

/** The members of a request for a page. */
export interface PagedMembers {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

/** Returns the number of results that a request asks for: 0 stands for the usual number. */
export function pageSizeOf({ maxResults = 0 }: PagedMembers): number {
  return maxResults === 0 ? pageSizes.usual : maxResults;
}

/**
 * Reads one page and returns the members of the answer. Throws InvalidToken for a token that is not
 * of the same operation with the same arguments.
 * @param list the member of the answer that holds the entries
 */
export async function answerPage<Entry>(
  { tokens }: OperationContext,
  subject: { readonly operation: string; readonly members: PagedMembers; readonly list: string },
  read: (page: PageRequest) => Promise<Page<Entry>>,
  show: (entry: Entry) => object,
): Promise<object> {
  const { operation, members, list } = subject;
  const cursor =
    members.nextToken === undefined ? null : tokens.read({ operation, members }, members.nextToken);
  const page = await read({ limit: pageSizeOf(members), ...(cursor !== null && { cursor }) });
  return {
    [list]: page.entries.map(show),
    ...(page.next !== null && { nextToken: tokens.write({ operation, members }, page.next) }),
  };
}
