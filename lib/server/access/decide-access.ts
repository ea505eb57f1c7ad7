/** Decides who may reach a server, from its settings and the place where it listens. */
import { isIP } from 'node:net';
import { MillraceError } from '../../errors.ts';
import { isBasePath } from '../http/arrived-request.ts';
import type { TlsFiles } from '../start-server.ts';
import type { AccessPolicy, ProxyLogin } from './access.ts';
import { parseHosts } from './allowed-hosts.ts';
import { Proxies } from './proxies.ts';
import { RoleMapping } from './role-mapping.ts';
import { parseTokens } from './tokens.ts';

/** Who may reach a server, as it is configured: texts, not yet checked. */
export interface AccessSettings {
  /** @default none */
  readonly tokens?: string;
  /** Certificate and key. @default plain HTTP */
  readonly tls?: TlsFiles;
  /** Addresses of the proxy in front. @default none */
  readonly behindProxy?: string;
  /** Where a container runtime publishes the port, `host:port`. @default where it listens */
  readonly published?: string;
  /** Header with the user whom the proxy has logged in. @default none */
  readonly userHeader?: string;
  /** @default x-forwarded-groups */
  readonly groupsHeader?: string;
  /** Roles of groups and users. @default everyone is a reader */
  readonly roleOf?: string;
  /** @default false */
  readonly readOnly?: boolean;
  /**
   * Hosts by which the server may be called, separated by commas.
   * @default the names of this machine with the port; any host where others reach the server
   */
  readonly allowedHosts?: string;
  /** The path at which the proxy serves this server. @default none */
  readonly basePath?: string;
}

/** A place that clients connect to. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** Who may reach a server, and how: the settings, checked. */
export interface ServerPolicy extends Omit<AccessPolicy, 'loopbackPort'> {
  readonly basePath: string;
  readonly tls: TlsFiles | null;
  /** Where clients connect, when that is not where the server listens. */
  readonly published: Place | null;
  /** Whether only this machine reaches the server. */
  readonly isLoopback: boolean;
}

/**
 * Decides who may reach a server that listens on `host`. Throws INVALID_CONFIGURATION when others
 * than this machine could reach it without tokens, or could read them on their way.
 */
export function decideAccess(host: string, settings: AccessSettings): ServerPolicy {
  const { tls = null, readOnly = false } = settings;
  const tokens = settings.tokens === undefined ? [] : parseTokens(settings.tokens);
  const proxies = settings.behindProxy === undefined ? null : new Proxies(settings.behindProxy);
  const published = settings.published === undefined ? null : parsePlace(settings.published);
  const proxyLogin = decideProxyLogin(settings, proxies);
  const isLoopback = isLoopbackHost(published?.host ?? host) && proxies === null;
  const place = published === null ? host : `${published.host} (--published)`;
  if (!isLoopback && tokens.length === 0 && proxyLogin === null) throw withoutTokens(place);
  if (!isLoopback && tls === null && proxies === null) throw withoutTls(place);
  return {
    tokens,
    proxies,
    proxyLogin,
    isReadOnly: readOnly,
    allowedHosts: settings.allowedHosts === undefined ? [] : parseHosts(settings.allowedHosts),
    isTls: tls !== null,
    basePath: checkBasePath(settings.basePath ?? ''),
    tls,
    published,
    isLoopback,
  };
}

function decideProxyLogin(settings: AccessSettings, proxies: Proxies | null): ProxyLogin | null {
  const { userHeader, groupsHeader = 'x-forwarded-groups', roleOf = '*=reader' } = settings;
  if (userHeader === undefined) return null;
  if (proxies === null) {
    throw invalid(
      '--user-header is believed from a proxy only: name its addresses with --behind-proxy',
    );
  }
  for (const name of [userHeader, groupsHeader]) {
    if (!/^[\w-]+$/.test(name)) throw invalid(`expected the name of a header; found '${name}'`);
  }
  return {
    userHeader: userHeader.toLowerCase(),
    groupsHeader: groupsHeader.toLowerCase(),
    roles: RoleMapping.parse(roleOf),
  };
}

/** Whether only this machine reaches a server at this host. */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (isIP(name) === 4) return name.startsWith('127.');
  return name === 'localhost' || name === '::1';
}

function parsePlace(text: string): Place {
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  const number = Number(port);
  if (host !== '' && number > 0 && number < 65_536) return { host, port: number };
  throw invalid(`--published must be host:port, such as 127.0.0.1:8080; found '${text}'`);
}

function checkBasePath(text: string): string {
  const path = text.replace(/\/+$/, '');
  if (path === '' || isBasePath(path)) return path;
  throw invalid(
    `--base-path must be a path of letters, digits, . _ ~ and -, such as /ops/mill; found '${text}'`,
  );
}

function withoutTokens(place: string): MillraceError {
  return invalid(
    `a server that others than this machine can reach (${place}) needs tokens: set DASHBOARD_TOKENS ` +
      'to owner:TOKEN, operator:TOKEN or reader:TOKEN with at least 32 characters each ' +
      '(openssl rand -hex 24), or let a proxy log users in (--user-header); or use 127.0.0.1',
  );
}

function withoutTls(place: string): MillraceError {
  return invalid(
    `a server that others than this machine can reach (${place}) must not receive tokens over plain ` +
      'HTTP: give it a certificate (--tls-cert, --tls-key), or name the proxy in front that has one ' +
      '(--behind-proxy ADDRESS)',
  );
}

function invalid(message: string): MillraceError {
  return new MillraceError('INVALID_CONFIGURATION', message);
}
