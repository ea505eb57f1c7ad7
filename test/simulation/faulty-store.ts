/** A store at the other end of a faulty wire. */
import type { Store } from '../../lib/ports/store.ts';
import type { Wire } from './wire.ts';

/** `store`, as a process behind `wire` has it: each of its methods is a call over the wire. */
export function faultyStore(store: Store, wire: Wire): Store {
  return new Proxy(store, {
    get(_, name) {
      const member: unknown = Reflect.get(store, name);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) =>
        wire.call<unknown>(String(name), () => Reflect.apply(member, store, given));
    },
  });
}
