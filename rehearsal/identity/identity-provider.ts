import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** Whom the provider logs in next, and what is wrong with the ID token. */
export interface NextLogin {
  /** Claims besides those that every token has. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** @default nothing */
  readonly fault?: 'algorithm' | 'audience' | 'expired' | 'issuer' | 'nonce' | 'signature';
}

/** A login that waits for its code to be redeemed. */
interface OpenLogin {
  readonly challenge: string;
  readonly redirectUri: string;
  readonly nonce: string;
  readonly next: NextLogin;
}

type SigningKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

const algorithm = 'ES256';
const keyId = 'rehearsal-1';

/**
 * A provider of OpenID Connect on loopback: discovery, authorization with PKCE, tokens, keys and
 * logout. It asks no one for a password: {@link next} says who logs in.
 */
export class IdentityProvider {
  /** Whom `/authorize` logs in. */
  next: NextLogin = { claims: {} };
  readonly clientId: string;
  readonly clientSecret = randomBytes(24).toString('hex');
  readonly #server: Server;
  readonly #open = new Map<string, OpenLogin>();
  readonly #key: SigningKey;
  readonly #publicKey: JWK;
  /** A key that the provider does not publish. */
  readonly #foreignKey: SigningKey;

  private constructor(clientId: string, keys: Awaited<ReturnType<typeof createKeys>>) {
    this.clientId = clientId;
    this.#key = keys.own.privateKey;
    this.#foreignKey = keys.foreign.privateKey;
    this.#publicKey = keys.jwk;
    this.#server = createServer((request, response) => {
      void this.#answer(request, response).catch((error: unknown) => {
        send(response, 500, { error: 'server_error', error_description: String(error) });
      });
    });
  }

  /** Starts a provider with one client. */
  static async listen(clientId: string): Promise<IdentityProvider> {
    const provider = new IdentityProvider(clientId, await createKeys());
    await new Promise<void>((resolve) => provider.#server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get issuer(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.issuer);
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return send(response, 200, this.#describe());
      case '/keys':
        return send(response, 200, { keys: [this.#publicKey] });
      case '/authorize':
        return this.#authorize(url.searchParams, response);
      case '/token':
        return await this.#redeem(request, response);
      case '/logout':
        return redirect(response, url.searchParams.get('post_logout_redirect_uri') ?? '/');
      default:
        return send(response, 404, { error: 'not_found' });
    }
  }

  #describe(): object {
    const { issuer } = this;
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      end_session_endpoint: `${issuer}/logout`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_basic'],
      id_token_signing_alg_values_supported: [algorithm],
      authorization_response_iss_parameter_supported: true,
    };
  }

  #authorize(query: URLSearchParams, response: ServerResponse): void {
    const of = (name: string) => query.get(name) ?? '';
    const problem = [
      of('client_id') === this.clientId ? null : 'unknown client_id',
      of('redirect_uri').endsWith('/auth/callback') ? null : 'unregistered redirect_uri',
      of('response_type') === 'code' ? null : 'response_type is not code',
      of('scope').split(' ').includes('openid') ? null : 'scope lacks openid',
      of('code_challenge_method') === 'S256' ? null : 'no PKCE with S256',
      of('code_challenge').length === 43 ? null : 'no code_challenge',
      of('state') !== '' && of('nonce') !== '' ? null : 'no state or no nonce',
    ].find((each) => each !== null);
    if (problem !== undefined) {
      send(response, 400, { error: problem });
      return;
    }
    const code = randomBytes(16).toString('hex');
    this.#open.set(code, {
      challenge: of('code_challenge'),
      redirectUri: of('redirect_uri'),
      nonce: of('nonce'),
      next: this.next,
    });
    const target = new URL(of('redirect_uri'));
    target.search = String(new URLSearchParams({ code, state: of('state'), iss: this.issuer }));
    redirect(response, target.href);
  }

  async #redeem(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const credentials = Buffer.from(`${this.clientId}:${this.clientSecret}`).toString('base64');
    if (request.headers.authorization !== `Basic ${credentials}`) {
      return send(response, 401, { error: 'invalid_client' });
    }
    const form = new URLSearchParams(await text(request));
    const login = this.#open.get(form.get('code') ?? '');
    // A code is redeemed once, whatever comes of it.
    this.#open.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isOwn =
      form.get('grant_type') === 'authorization_code' &&
      login?.challenge === challenge &&
      login.redirectUri === form.get('redirect_uri');
    if (login === undefined || !isOwn) return send(response, 400, { error: 'invalid_grant' });
    const idToken = await this.#sign(login);
    send(response, 200, { access_token: 'none', token_type: 'Bearer', id_token: idToken });
  }

  async #sign({ next: { claims, fault }, nonce }: OpenLogin): Promise<string> {
    const issuedAt = Math.floor(Date.now() / 1_000) - (fault === 'expired' ? 7_200 : 0);
    const token = new SignJWT({ ...claims, nonce: fault === 'nonce' ? 'another' : nonce })
      .setIssuer(fault === 'issuer' ? 'https://other.example.com' : this.issuer)
      .setAudience(fault === 'audience' ? 'another-client' : this.clientId)
      .setSubject('subject-1')
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + 3_600);
    if (fault === 'algorithm') {
      const key = new TextEncoder().encode(this.clientSecret);
      return await token.setProtectedHeader({ alg: 'HS256', kid: keyId }).sign(key);
    }
    const key = fault === 'signature' ? this.#foreignKey : this.#key;
    return await token.setProtectedHeader({ alg: algorithm, kid: keyId }).sign(key);
  }
}

async function createKeys() {
  const [own, foreign] = await Promise.all([
    generateKeyPair(algorithm),
    generateKeyPair(algorithm),
  ]);
  const jwk = { ...(await exportJWK(own.publicKey)), kid: keyId, alg: algorithm, use: 'sig' };
  return { own, foreign, jwk };
}

function send(response: ServerResponse, status: number, document: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(document));
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location });
  response.end();
}
