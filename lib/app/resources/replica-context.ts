import type { AppContext } from '../../operations/app-context.ts';

/**
 * Returns the context for what people look at: lists, searches and figures come from the store's
 * replica, if it has one, and everything else from the store.
 */
export function replicaContext(context: AppContext): AppContext {
  const { store } = context;
  if (store.replica === undefined) return context;
  return { ...context, store: { ...store, ...store.replica } };
}
