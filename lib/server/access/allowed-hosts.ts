/** The hosts by which a server may be called. */
import { loopbackNames } from '../../api/request-origin.ts';
import { MillraceError } from '../../errors.ts';

/** Returns the hosts by which browsers of this machine reach a server at `port`. */
export function loopbackHosts(port: number, isTls: boolean): string[] {
  const isUsual = port === (isTls ? 443 : 80);
  return loopbackNames.flatMap((name) => [`${name}:${port}`, ...(isUsual ? [name] : [])]);
}

/** Parses `mill.example.com, localhost:9000`. Throws INVALID_CONFIGURATION. */
export function parseHosts(text: string): string[] {
  const hosts = text.split(',').map((host) => host.trim());
  const odd = hosts.find((host) => !/^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(host));
  if (odd === undefined) return hosts;
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    '--allowed-hosts must be names of hosts, with or without a port (mill.example.com, ' +
      `localhost:9000), separated by commas; found '${odd}'`,
  );
}
