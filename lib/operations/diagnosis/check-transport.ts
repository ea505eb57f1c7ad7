import { isIP } from 'node:net';
import type { BrokerSettings } from '../../config/broker-settings.ts';
import { redisHosts } from '../../config/redis-url.ts';
import type { Settings } from '../../config/settings.ts';
import type { StoreSettings } from '../../config/store-settings.ts';
import { type Finding, warningFinding } from './finding.ts';

/** What `sslmode` says when the server need not encrypt, or need not prove who it is. */
const weakModes: ReadonlySet<string> = new Set(['disable', 'allow', 'no-verify']);

/**
 * Checks whether passwords and payloads could be read on their way to the database and the queues:
 * yields a warning for each that is reached over the network without TLS.
 */
export function checkTransport({ store, broker }: Pick<Settings, 'store' | 'broker'>): Finding[] {
  return [...checkStoreTransport(store), ...checkBrokerTransport(broker)];
}

function checkStoreTransport(store: StoreSettings): Finding[] {
  const url = store.driver === 'postgres' ? URL.parse(store.url) : null;
  if (url === null || isNear(url.searchParams.get('host') ?? url.hostname)) return [];
  const mode = url.searchParams.get('sslmode');
  if (mode !== null && !weakModes.has(mode)) return [];
  const found =
    mode === 'no-verify'
      ? `the certificate of PostgreSQL at ${url.host} is not checked`
      : `the connection to PostgreSQL at ${url.host} is not encrypted`;
  return [warningFinding('encryption', found, 'add sslmode=verify-full to the URL')];
}

function checkBrokerTransport(broker: BrokerSettings): Finding[] {
  if (broker.driver !== 'redis' || !/^redis(?:\+sentinel)?:/.test(broker.url)) return [];
  const hosts = redisHosts(broker.url);
  const isAllNear = hosts.split(',').every((host) => isNear(host.replace(/:\d+$/, '')));
  if (isAllNear) return [];
  const found = `the connection to Redis at ${hosts} is not encrypted`;
  return [warningFinding('encryption', found, 'use rediss:// (or rediss+sentinel://)')];
}

/**
 * Whether a host is this machine, or one of a private network that containers share: a name without
 * a dot, which no public name server knows.
 */
function isNear(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (name === '' || name === '::1' || name.startsWith('/') || name.startsWith('127.')) return true;
  return isIP(name) === 0 && !name.includes('.');
}
