/** Resolves names to public addresses only, when a connection is made. */
import { type LookupAddress, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPrivateAddress } from './private-addresses.ts';

/** An address that must not be connected to. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

/** Resolves a name to all of its addresses, as `dns.lookup` does. */
export type ResolveName = (
  hostname: string,
  options: { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Creates a lookup for sockets. A socket connects to an address that the lookup has returned, so
 * the address that was checked is the one connected to, whatever the name resolves to by then. A
 * name with a private address among others is refused with {@link AddressRefused}.
 * @param explain returns the reason, given the name
 * @param resolve @default the system's resolver
 */
export function createPublicLookup(
  explain: (hostname: string) => string,
  resolve: ResolveName = lookup,
): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const isPublic = addresses.every(({ address }) => !isPrivateAddress(address));
      if (!isPublic) return callback(new AddressRefused(explain(hostname)), []);
      if (options.all === true) return callback(null, addresses);
      const [first] = addresses;
      callback(null, first?.address ?? '', first?.family);
    });
  };
}
