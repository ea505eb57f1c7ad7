import { Refusal } from '../../api/problem.ts';
import { findOriginFault } from '../../api/request-origin.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AccessControl, CallerIdentity, LoginResult } from '../access/access.ts';
import {
  createSession,
  findCookie,
  readSession,
  removedCookie,
  type SessionHolder,
  type SessionKey,
  sessionCookie,
} from '../access/sessions.ts';
import type { ArrivedRequest } from '../http/arrived-request.ts';

/** Browsers reach it over HTTPS only. */
const cookies = { isSecure: true } as const;

/**
 * The access to a server whose callers an identity provider logs in. It knows sessions alone:
 * programs call the API of the deployment, which IAM authorizes.
 */
export class OidcAccess implements AccessControl {
  readonly #key: SessionKey;
  readonly #clock: Clock;

  /** @param key signs the sessions */
  constructor(key: SessionKey, clock: Clock) {
    this.#key = key;
    this.#clock = clock;
  }

  admit(request: ArrivedRequest): void {
    const fault = findOriginFault(request);
    if (fault !== null) throw new Refusal('FORBIDDEN', fault);
  }

  identify(request: ArrivedRequest): CallerIdentity {
    const cookie = findCookie(request.header('cookie'), cookies);
    const session = cookie === null ? null : readSession([this.#key], cookie, this.#clock.now());
    if (session === null) return stranger;
    return { login: 'oidc', caller: session.name, role: session.role, endsAt: session.endsAt };
  }

  logIn(): never {
    throw new Refusal('FORBIDDEN', 'no token logs in here: open /auth/login in a browser');
  }

  logOut(): LoginResult {
    return { identity: stranger, cookie: removedCookie(cookies) };
  }

  challenge(): Refusal {
    const message = 'this path needs a login: open /auth/login in a browser';
    return new Refusal('UNAUTHENTICATED', message, { 'www-authenticate': 'Cookie' });
  }

  /** Returns the `set-cookie` header that starts a session. */
  begin(holder: SessionHolder): string {
    return sessionCookie(createSession(this.#key, holder, this.#clock.now()).value, cookies);
  }
}

const stranger = { login: 'oidc', caller: null, role: null, endsAt: null } as const;
