import { problemOf, Refusal } from '../../api/problem.ts';
import { messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { readCookie, writeCookie } from '../access/cookies.ts';
import { deriveKey } from '../access/sessions.ts';
import type { ArrivedRequest } from '../http/arrived-request.ts';
import { attemptMs, beginAttempt, openAttempt, sealAttempt } from './login-attempt.ts';
import { refusedLogin } from './login-refusal.ts';
import type { OidcAccess } from './oidc-access.ts';
import type { OidcProvider } from './oidc-provider.ts';
import type { OidcSettings } from './oidc-settings.ts';
import { decideUser } from './oidc-user.ts';
import { refusalPage } from './refusal-page.ts';

/** The beginning of the paths at which users log in and out. */
export const loginPath = '/auth/';

/** What {@link LoginRoutes} works with. */
export interface LoginRoutesDeps {
  readonly settings: OidcSettings;
  readonly access: OidcAccess;
  /** Returns the provider; it is asked for each login, and keeps what it has found. */
  readonly openProvider: () => Promise<OidcProvider>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A request to one of the paths. */
interface LoginExchange {
  readonly arrived: ArrivedRequest;
  readonly requestId: string;
}

const attemptCookie = 'millrace-login';

const cookies = { isSecure: true } as const;

/**
 * Answers the paths that a browser opens to log in and out: `/auth/login` sends it to the identity
 * provider, `/auth/callback` takes the provider's answer and starts a session, `/auth/logout` ends
 * the session here and there. A refusal is a page for people.
 */
export class LoginRoutes {
  readonly #deps: LoginRoutesDeps;
  readonly #attemptKey: Buffer;

  constructor(deps: LoginRoutesDeps) {
    this.#deps = deps;
    this.#attemptKey = deriveKey(deps.settings.clientSecret, 'login key');
  }

  /** Answers a request. Never rejects. */
  async answer({ arrived, requestId }: LoginExchange): Promise<Response> {
    const { logger } = this.#deps;
    try {
      return await this.#route(arrived);
    } catch (error) {
      const problem = problemOf(error, requestId);
      const fields = { requestId, status: problem.status, reason: messageOf(error) };
      if (problem.status < 500) logger.warn('login refused', fields);
      else logger.error('login failed', fields);
      const page = refusalPage(problem);
      // A new login needs a new attempt.
      page.headers.append('set-cookie', this.#attemptHeader('', 0));
      return page;
    }
  }

  async #route(arrived: ArrivedRequest): Promise<Response> {
    const { method, path } = arrived;
    if (method !== 'GET') {
      const message = `expected GET at this path; found ${method}`;
      throw new Refusal('METHOD_NOT_ALLOWED', message, { allow: 'GET' });
    }
    switch (path) {
      case '/auth/login':
        return await this.#begin(arrived);
      case '/auth/callback':
        return await this.#complete(arrived);
      case '/auth/logout':
        return await this.#end(arrived);
      default:
        throw new Refusal('UNKNOWN_PATH', 'there is nothing at this path');
    }
  }

  async #begin(arrived: ArrivedRequest): Promise<Response> {
    const { openProvider, clock } = this.#deps;
    const target = new URLSearchParams(arrived.search).get('to') ?? '/';
    const attempt = beginAttempt(target, clock.now());
    const url = (await openProvider()).authorizationUrl(attempt, callbackUrl(arrived));
    const cookie = sealAttempt(attempt, this.#attemptKey);
    return redirect(url, [this.#attemptHeader(cookie, attemptMs / 1_000)]);
  }

  async #complete(arrived: ArrivedRequest): Promise<Response> {
    const { access, openProvider, clock, logger, settings } = this.#deps;
    const sealed = readCookie(arrived.header('cookie'), attemptCookie, cookies) ?? '';
    const attempt = openAttempt(sealed, this.#attemptKey, clock.now());
    if (attempt === null) {
      throw refusedLogin('it was begun in another browser, or more than ten minutes ago');
    }
    const provider = await openProvider();
    const answer = new URLSearchParams(arrived.search);
    const claims = await provider.redeem(answer, attempt, callbackUrl(arrived));
    const decision = decideUser(claims, settings);
    if (decision.kind === 'refused') throw new Refusal('FORBIDDEN', decision.reason);
    const { name, role } = decision;
    logger.info('session started', { caller: name, role, subject: claims.sub ?? null });
    const session = access.begin({ name, role });
    return redirect(attempt.target, [session, this.#attemptHeader('', 0)]);
  }

  /** A link on another site must not log anyone out. */
  async #end(arrived: ArrivedRequest): Promise<Response> {
    const { access, openProvider } = this.#deps;
    if (arrived.header('sec-fetch-site') !== 'same-origin') {
      throw new Refusal('FORBIDDEN', 'only the page itself logs out: use its settings');
    }
    const { cookie } = access.logOut();
    const home = `${arrived.publicOrigin}/`;
    return redirect((await openProvider()).logoutUrl(home) ?? home, [cookie]);
  }

  /** Lax: the provider's answer is a redirect from another site. */
  #attemptHeader(value: string, maxAgeSeconds: number): string {
    return writeCookie({ name: attemptCookie, value, maxAgeSeconds, sameSite: 'Lax' }, cookies);
  }
}

function callbackUrl({ publicOrigin }: ArrivedRequest): string {
  return `${publicOrigin}/auth/callback`;
}

function redirect(location: string, setCookies: readonly string[]): Response {
  const headers = new Headers({ location, 'cache-control': 'no-store' });
  for (const each of setCookies) headers.append('set-cookie', each);
  return new Response(null, { status: 302, headers });
}
