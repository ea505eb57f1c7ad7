import type { Store } from '../../lib/ports/store/store.ts';
import type { Wire } from './wire.ts';

/** Wraps a store so that each of its methods is a call over the faulty wire of a process. */
export function faultyStore(store: Store, wire: Wire): Store {
  return new Proxy(store, {
    get(_, name) {
      const member: unknown = Reflect.get(store, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) =>
        wire.call<unknown>(String(name), () => Reflect.apply(member, store, args));
    },
  });
}
