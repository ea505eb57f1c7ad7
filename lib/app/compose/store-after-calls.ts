import type { Store } from '../../ports/store/store.ts';

/**
 * Returns a store that runs `act` after some of its calls, before their caller gets the result.
 * Also after a failure: the store may have recorded the change before the reply was lost.
 */
export function storeAfterCalls(
  store: Store,
  calls: ReadonlySet<keyof Store>,
  act: () => Promise<void> | void,
): Store {
  const names: ReadonlySet<PropertyKey> = calls;
  return new Proxy(store, {
    get(_, name) {
      const member: unknown = Reflect.get(store, name);
      if (typeof member !== 'function' || !names.has(name)) return member;
      return async (...given: unknown[]): Promise<unknown> => {
        try {
          return await Reflect.apply(member, store, given);
        } finally {
          await act();
        }
      };
    },
  });
}
