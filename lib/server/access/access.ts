import type { CallerRole } from '../../api/caller-role.ts';
import { Refusal } from '../../api/problem.ts';
import { findHostFault, findOriginFault } from '../../api/request-origin.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { ArrivedRequest } from '../http/arrived-request.ts';
import { loopbackHosts } from './allowed-hosts.ts';
import { FailedAttempts } from './failed-attempts.ts';
import type { Proxies } from './proxies.ts';
import type { RoleMapping } from './role-mapping.ts';
import {
  createSession,
  findCookie,
  readSession,
  removedCookie,
  sessionCookie,
} from './sessions.ts';
import { type AccessToken, findToken } from './tokens.ts';

/** Users whom the proxy in front has logged in. */
export interface ProxyLogin {
  readonly userHeader: string;
  readonly groupsHeader: string;
  readonly roles: RoleMapping;
}

/** Who may reach a server, and as what. */
export interface AccessPolicy {
  /** Empty when the server asks for no token. */
  readonly tokens: readonly AccessToken[];
  /** Null when no proxy stands in front. */
  readonly proxies: Proxies | null;
  /** Null when the proxy logs no one in. */
  readonly proxyLogin: ProxyLogin | null;
  /** Whether every caller is a reader. */
  readonly isReadOnly: boolean;
  readonly isTls: boolean;
  /** Hosts by which the server may be called besides; empty for any, where others reach it. */
  readonly allowedHosts: readonly string[];
  /** Returns the port that browsers of this machine use; null for a server that others reach. */
  readonly loopbackPort: () => number | null;
}

/** Who is calling. */
export interface CallerIdentity {
  readonly login: 'none' | 'token' | 'proxy' | 'oidc';
  readonly caller: string | null;
  /** Null for a caller who has to log in. */
  readonly role: CallerRole | null;
  /** The end of the session, in milliseconds since 1970; null without one. */
  readonly endsAt: number | null;
}

/** The result of a login: who is calling now, and the header that says so next time. */
export interface LoginResult {
  readonly identity: CallerIdentity;
  readonly cookie: string;
}

/** What {@link Access} works with. */
export interface AccessDeps {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Decides where requests may come from, who is calling, and as what. */
export interface AccessControl {
  /** Throws FORBIDDEN for a request that must not come from where it comes from. */
  admit(request: ArrivedRequest): void;
  /** Returns who is calling. Throws a refusal for a caller whose proof is wrong. */
  identify(request: ArrivedRequest): CallerIdentity;
  /** Starts a session of the holder of a token. Throws as `identify` does. */
  logIn(request: ArrivedRequest, token: string): LoginResult;
  /** Ends the session in the browser that has sent the request. */
  logOut(): LoginResult;
  /** Returns the refusal of a caller who has to log in. */
  challenge(): Refusal;
}

/** The access to a server by tokens, or by the proxy in front of it. */
export class Access implements AccessControl {
  readonly #policy: AccessPolicy;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #attempts: FailedAttempts;

  constructor(policy: AccessPolicy, { clock, logger }: AccessDeps) {
    this.#policy = policy;
    this.#clock = clock;
    this.#logger = logger;
    this.#attempts = new FailedAttempts(clock);
  }

  /** Throws FORBIDDEN for a request that must not come from where it comes from. */
  admit(request: ArrivedRequest): void {
    const { proxies, isTls } = this.#policy;
    const fault =
      (proxies !== null && !isTls && !request.isFromProxy ? notFromProxy(request) : null) ??
      this.#hostFault(request) ??
      findOriginFault(request);
    if (fault !== null) throw new Refusal('FORBIDDEN', fault);
  }

  #hostFault(request: ArrivedRequest): string | null {
    const { allowedHosts, isTls, loopbackPort } = this.#policy;
    const port = loopbackPort();
    const own = port === null ? [] : loopbackHosts(port, isTls);
    const allowed = [...own, ...allowedHosts];
    return allowed.length === 0 ? null : findHostFault(request.header('host'), allowed);
  }

  /**
   * Returns who is calling. Throws UNAUTHENTICATED for a wrong token, TOO_MANY_REQUESTS after
   * several of them, FORBIDDEN for a user without a role.
   */
  identify(request: ArrivedRequest): CallerIdentity {
    const identity = this.#findIdentity(request);
    const isLimited = this.#policy.isReadOnly && identity.role !== null;
    return isLimited ? { ...identity, role: 'reader' } : identity;
  }

  #findIdentity(request: ArrivedRequest): CallerIdentity {
    const { tokens, proxyLogin } = this.#policy;
    const user = proxyLogin === null ? null : findProxyUser(request, proxyLogin);
    if (user !== null) return user;
    if (tokens.length === 0 && proxyLogin === null) {
      return { login: 'none', caller: null, role: 'owner', endsAt: null };
    }
    const [, bearer] = /^bearer +(\S+) *$/i.exec(request.header('authorization')) ?? [];
    if (bearer !== undefined && tokens.length > 0) {
      const { name, role } = this.#tokenOf(request, bearer);
      return { login: 'token', caller: name, role, endsAt: null };
    }
    return this.#sessionOf(request) ?? this.#stranger();
  }

  #sessionOf(request: ArrivedRequest): CallerIdentity | null {
    const cookie = findCookie(request.header('cookie'), this.#cookies());
    const { tokens } = this.#policy;
    const session = cookie === null ? null : readSession(tokens, cookie, this.#clock.now());
    if (session === null) return null;
    const { name, role, endsAt, keyId } = session;
    // The same text may have been given to someone else, or with another role.
    const isOwn = tokens.some(
      (token) => token.keyId === keyId && token.name === name && token.role === role,
    );
    return isOwn ? { login: 'token', caller: name, role, endsAt } : null;
  }

  #stranger(): CallerIdentity {
    const login = this.#policy.proxyLogin === null ? 'token' : 'proxy';
    return { login, caller: null, role: null, endsAt: null };
  }

  /** Starts a session. Throws as `identify` does. */
  logIn(request: ArrivedRequest, text: string): LoginResult {
    const { tokens, isReadOnly } = this.#policy;
    if (tokens.length === 0) {
      throw new Refusal('FORBIDDEN', 'this server has no tokens to log in with: it needs none');
    }
    const token = this.#tokenOf(request, text);
    const { name, role, endsAt, value } = createSession(token, token, this.#clock.now());
    this.#logger.info('session started', { caller: name, role, client: request.client });
    return {
      identity: { login: 'token', caller: name, role: isReadOnly ? 'reader' : role, endsAt },
      cookie: sessionCookie(value, this.#cookies()),
    };
  }

  /** Ends the session in the browser that has sent the request. */
  logOut(): LoginResult {
    return { identity: this.#stranger(), cookie: removedCookie(this.#cookies()) };
  }

  challenge(): Refusal {
    return unauthenticated('this path needs a login');
  }

  #tokenOf(request: ArrivedRequest, text: string): AccessToken {
    const { client } = request;
    const waitMs = this.#attempts.waitMs(client);
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1_000);
      throw new Refusal(
        'TOO_MANY_REQUESTS',
        `too many wrong tokens came from this address: try again in ${seconds} s`,
        { 'retry-after': String(seconds) },
      );
    }
    const token = findToken(this.#policy.tokens, text);
    if (token !== null) return token;
    this.#attempts.record(client);
    this.#logger.warn('token refused', { client });
    throw unauthenticated('the token is none of those of this server');
  }

  #cookies() {
    return { isSecure: this.#policy.isTls || this.#policy.proxies !== null };
  }
}

/** Returns the refusal of a caller who has to log in. */
function unauthenticated(reason: string): Refusal {
  return new Refusal(
    'UNAUTHENTICATED',
    `${reason}: send 'authorization: Bearer TOKEN', or log in with POST /v1/session`,
    { 'www-authenticate': 'Bearer realm="millrace"' },
  );
}

function notFromProxy({ peer }: ArrivedRequest): string {
  return `requests must come through the proxy that --behind-proxy names; this one came from ${peer}`;
}

function findProxyUser(
  request: ArrivedRequest,
  { userHeader, groupsHeader, roles }: ProxyLogin,
): CallerIdentity | null {
  const user = request.isFromProxy ? request.header(userHeader).trim() : '';
  if (user === '') return null;
  const groups = request.header(groupsHeader).split(',');
  const role = roles.roleOf([user, ...groups.map((group) => group.trim())]);
  if (role === null) {
    throw new Refusal(
      'FORBIDDEN',
      `the proxy has logged in '${user.slice(0, 100)}', who has no role here: --role-of gives one`,
    );
  }
  return { login: 'proxy', caller: user.slice(0, 200), role, endsAt: null };
}
