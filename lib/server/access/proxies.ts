import { BlockList, isIP } from 'node:net';
import { MillraceError } from '../../errors.ts';

/** The addresses of the proxies whose headers are believed. */
export class Proxies {
  readonly #list = new BlockList();

  /**
   * Parses `10.0.0.7, 10.1.0.0/16, ::1`. Throws INVALID_CONFIGURATION.
   * @param text addresses and networks, separated by commas
   */
  constructor(text: string) {
    const entries = text.split(',').map((entry) => entry.trim());
    for (const entry of entries) this.#add(entry);
  }

  #add(entry: string): void {
    const [address = '', prefix, ...more] = entry.split('/');
    const version = isIP(address);
    const bits = prefix === undefined ? null : Number(prefix);
    const bitsMax = version === 6 ? 128 : 32;
    const isNetwork = bits === null || (/^\d{1,3}$/.test(prefix ?? '') && bits <= bitsMax);
    if (version === 0 || !isNetwork || more.length > 0) {
      throw new MillraceError(
        'INVALID_CONFIGURATION',
        `--behind-proxy must name IP addresses or networks (10.0.0.7, 10.1.0.0/16), separated by commas; found '${entry}'`,
      );
    }
    const family = version === 6 ? 'ipv6' : 'ipv4';
    if (bits === null) this.#list.addAddress(address, family);
    else this.#list.addSubnet(address, bits, family);
  }

  /** Whether `address` is one of a proxy. */
  includes(address: string): boolean {
    const version = isIP(address);
    return version !== 0 && this.#list.check(address, version === 6 ? 'ipv6' : 'ipv4');
  }

  /**
   * Returns the address of the client behind the proxies: the last one in `x-forwarded-for` that is
   * no proxy's. What stands before it was written by the client.
   */
  clientOf(peer: string, forwardedFor: string): string {
    const chain = [...forwardedFor.split(',').map((entry) => entry.trim()), peer];
    const client = chain.findLast((address) => isIP(address) === 0 || !this.includes(address));
    return client === undefined || isIP(client) === 0 ? peer : plainAddress(client);
  }
}

/** Returns an address without the prefix that IPv6 sockets give to IPv4 addresses. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
