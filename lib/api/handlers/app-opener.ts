/** How the handlers of operations get the app: it is opened when the first of them needs it. */
import type { Millrace } from '../../app/millrace.ts';
import type { PageRequest } from '../../ports/store/page.ts';
import type { ApiCall, Operations } from '../contract/contract.ts';

/** Returns the open app. */
export type AppOpener = () => Promise<Millrace>;

/** The handlers of some operations. */
export type OperationHandlers<Name extends keyof Operations> = Pick<Operations, Name>;

/** Returns the option that makes what an operation starts a part of the caller's trace. */
export function callerTrace({ traceparent }: Pick<ApiCall, 'traceparent'>): {
  readonly traceparent?: string;
} {
  return traceparent === null ? {} : { traceparent };
}

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
