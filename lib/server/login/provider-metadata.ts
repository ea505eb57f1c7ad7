import { fetchJson, loginUnavailable, type ProviderDocument } from './fetch-json.ts';

/** What an identity provider says about itself (OpenID Connect Discovery). */
export interface ProviderMetadata {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly keysUrl: string;
  /** Null when users cannot be logged out there. */
  readonly endSessionEndpoint: string | null;
  /** Whether the client sends its secret in the body instead of a header. */
  readonly takesSecretInBody: boolean;
  /** Whether every answer to a login names the issuer. */
  readonly namesIssuer: boolean;
}

/** Reads the metadata of an issuer. Throws LOGIN_UNAVAILABLE. */
export async function discoverProvider(issuer: string): Promise<ProviderMetadata> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const { status, document } = await fetchJson(url);
  if (status !== 200) throw loginUnavailable(`${url} answered with status ${status}`);
  if (document.issuer !== issuer) {
    throw loginUnavailable(
      `expected ${url} to describe the issuer '${issuer}'; found '${String(document.issuer)}': ` +
        'correct deployment.dashboard.login.issuer, letter for letter',
    );
  }
  const methods = document.token_endpoint_auth_methods_supported;
  const isListed = (method: string) => Array.isArray(methods) && methods.includes(method);
  return {
    authorizationEndpoint: requireUrl(document, 'authorization_endpoint'),
    tokenEndpoint: requireUrl(document, 'token_endpoint'),
    keysUrl: requireUrl(document, 'jwks_uri'),
    endSessionEndpoint:
      document.end_session_endpoint === undefined
        ? null
        : requireUrl(document, 'end_session_endpoint'),
    takesSecretInBody: isListed('client_secret_post') && !isListed('client_secret_basic'),
    namesIssuer: document.authorization_response_iss_parameter_supported === true,
  };
}

/** Codes and secrets must not travel as plain text; loopback is no network. */
function requireUrl(document: ProviderDocument, name: string): string {
  const value = document[name];
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null;
  const isLoopback = url?.hostname === '127.0.0.1' || url?.hostname === 'localhost';
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)) return url.href;
  throw loginUnavailable(`expected its ${name} to be an https URL; found '${String(value)}'`);
}
