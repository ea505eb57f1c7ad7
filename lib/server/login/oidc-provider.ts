import { timingSafeEqual } from 'node:crypto';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { fetchJson, loginUnavailable, providerTimeoutMs } from './fetch-json.ts';
import { challengeOf, type LoginAttempt } from './login-attempt.ts';
import { refusedLogin } from './login-refusal.ts';
import type { OidcSettings } from './oidc-settings.ts';
import { discoverProvider, type ProviderMetadata } from './provider-metadata.ts';

/**
 * Algorithms that ID tokens may be signed with: those with a public key. One with a shared secret
 * would make everyone who knows the secret an issuer.
 */
const algorithms = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

/** Difference of clocks that is tolerated, in seconds. */
const clockToleranceSeconds = 60;

/** Maximum age of an ID token, which is issued when its code is redeemed, in seconds. */
const tokenSecondsMax = 600;

/** An identity provider, as a client of its authorization code flow sees it. */
export class OidcProvider {
  readonly #settings: OidcSettings;
  readonly #metadata: ProviderMetadata;
  readonly #clock: Clock;
  readonly #keys: JWTVerifyGetKey;

  private constructor(settings: OidcSettings, metadata: ProviderMetadata, clock: Clock) {
    this.#settings = settings;
    this.#metadata = metadata;
    this.#clock = clock;
    // Keys are read when a token needs them, and again when one is unknown.
    this.#keys = createRemoteJWKSet(new URL(metadata.keysUrl), {
      timeoutDuration: providerTimeoutMs,
    });
  }

  /** Finds the endpoints of the issuer. Throws LOGIN_UNAVAILABLE. */
  static async discover(settings: OidcSettings, clock: Clock): Promise<OidcProvider> {
    return new OidcProvider(settings, await discoverProvider(settings.issuer), clock);
  }

  /** Returns the address at which a user logs in. */
  authorizationUrl(attempt: LoginAttempt, redirectUri: string): string {
    const { clientId, scopes } = this.#settings;
    return withQuery(this.#metadata.authorizationEndpoint, {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: [...new Set(['openid', ...scopes])].join(' '),
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: challengeOf(attempt),
      code_challenge_method: 'S256',
    });
  }

  /** Returns the address at which a user also logs out at the provider; null when it has none. */
  logoutUrl(returnTo: string): string | null {
    const { endSessionEndpoint } = this.#metadata;
    if (endSessionEndpoint === null) return null;
    return withQuery(endSessionEndpoint, {
      client_id: this.#settings.clientId,
      post_logout_redirect_uri: returnTo,
      // Amazon Cognito's name for the same.
      logout_uri: returnTo,
    });
  }

  /**
   * Redeems the code of an answer for an ID token, and returns its claims once everything about it
   * is verified. Throws UNAUTHENTICATED, and LOGIN_UNAVAILABLE when the provider does not answer.
   */
  async redeem(
    answer: URLSearchParams,
    attempt: LoginAttempt,
    redirectUri: string,
  ): Promise<JWTPayload> {
    this.#checkAnswer(answer, attempt);
    const token = await this.#exchangeCode(answer.get('code') ?? '', attempt, redirectUri);
    const claims = await this.#verify(token);
    const audiences = [claims.aud].flat();
    if (audiences.length > 1 && claims.azp !== this.#settings.clientId) {
      throw refusedLogin('its ID token was issued to another client ("azp")');
    }
    if (typeof claims.nonce !== 'string' || !isSame(claims.nonce, attempt.nonce)) {
      throw refusedLogin('its ID token belongs to another login ("nonce")');
    }
    return claims;
  }

  #checkAnswer(answer: URLSearchParams, { state }: LoginAttempt): void {
    const { issuer } = this.#settings;
    if (!isSame(answer.get('state') ?? '', state)) {
      throw refusedLogin('the answer belongs to another login ("state")');
    }
    const named = answer.get('iss');
    if (named === null ? this.#metadata.namesIssuer : named !== issuer) {
      throw refusedLogin('the answer comes from another issuer ("iss")');
    }
    const error = answer.get('error');
    if (error !== null) {
      const why = [error, answer.get('error_description') ?? ''].join(' ').trim().slice(0, 300);
      throw refusedLogin(`the identity provider has refused it: ${why}`);
    }
    if (!answer.get('code')) throw refusedLogin('the answer has no code');
  }

  async #exchangeCode(
    code: string,
    { verifier }: LoginAttempt,
    redirectUri: string,
  ): Promise<string> {
    const { tokenEndpoint, takesSecretInBody } = this.#metadata;
    const { clientId, clientSecret } = this.#settings;
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      ...(takesSecretInBody && { client_id: clientId, client_secret: clientSecret }),
    });
    const basic = Buffer.from(`${formEncode(clientId)}:${formEncode(clientSecret)}`);
    const { status, document } = await fetchJson(tokenEndpoint, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        ...(!takesSecretInBody && { authorization: `Basic ${basic.toString('base64')}` }),
      },
      body: form.toString(),
    });
    if (status >= 500) throw loginUnavailable(`its token endpoint answered with status ${status}`);
    if (document.error === 'invalid_client') {
      throw loginUnavailable('it does not accept the client id and the client secret');
    }
    if (status !== 200 || typeof document.id_token !== 'string') {
      const why = typeof document.error === 'string' ? document.error.slice(0, 100) : status;
      throw refusedLogin(`the identity provider gave no ID token for the code (${why})`);
    }
    return document.id_token;
  }

  async #verify(token: string): Promise<JWTPayload> {
    const { issuer, clientId } = this.#settings;
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        issuer,
        audience: clientId,
        algorithms,
        requiredClaims: ['exp', 'iat', 'sub'],
        clockTolerance: clockToleranceSeconds,
        maxTokenAge: tokenSecondsMax,
        currentDate: new Date(this.#clock.now()),
      });
      return payload;
    } catch (error) {
      if (isOutage(error)) throw loginUnavailable(`its keys cannot be read: ${messageOf(error)}`);
      throw refusedLogin(`its ID token is not valid: ${messageOf(error)}`);
    }
  }
}

/** Whether the keys could not be read, which says nothing about the token. */
function isOutage(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return true;
  return error instanceof errors.JWKSTimeout || error.code === errors.JOSEError.code;
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** The client's id and secret are form-encoded before they become a header (RFC 6749, 2.3.1). */
function formEncode(text: string): string {
  return new URLSearchParams({ text }).toString().slice('text='.length);
}

function withQuery(address: string, query: Readonly<Record<string, string>>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}
