/** How the handlers of operations get the app: it is opened when the first of them needs it. */
import type { Millrace } from '../../app/millrace.ts';
import type { PageRequest } from '../../ports/store/page.ts';
import type { Operations } from '../contract/contract.ts';

/** Returns the open app. */
export type AppOpener = () => Promise<Millrace>;

/** The handlers of some operations. */
export type OperationHandlers<Name extends keyof Operations> = Pick<Operations, Name>;

/** Splits the query of a list into its page and its filter. */
export function splitQuery<Filter extends object>({
  limit,
  cursor,
  ...filter
}: Filter & { readonly limit: number; readonly cursor?: string }): {
  readonly page: PageRequest;
  readonly filter: Omit<Filter, 'limit' | 'cursor'>;
} {
  return { page: { limit, ...(cursor !== undefined && { cursor }) }, filter };
}
