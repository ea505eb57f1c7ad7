/** A hosted dashboard of the tests: its function, and the identity provider of its login. */
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import type { HostedLogin } from '../../lib/config/deployment-config.ts';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { dashboardFunction } from '../../lib/lambda/dashboard-function.ts';
import type { UrlResult } from '../../lib/lambda/url/url-exchange.ts';
import { IdentityProvider, type NextLogin } from '../../rehearsal/identity/identity-provider.ts';
import { functionContext } from './function-context.ts';
import { printedLines } from './printed-lines.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { type UrlRequest, urlEvent } from './url-event.ts';

const config = {
  machines: {
    order: { definition: { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } } },
  },
};

/** The name by which browsers know the dashboard. */
export const hostedName = 'mill.example.com';
/** The header of a request that the page makes. */
export const samePage = { 'sec-fetch-site': 'same-origin' };

/** A request whose cookies are apart, as Lambda passes them. */
interface HostedRequest extends UrlRequest {
  readonly cookies?: readonly string[];
}

/** Starts a provider and creates the function; the clock begins at the present. */
export async function openHosted(changes: Partial<HostedLogin> = {}) {
  const provider = await IdentityProvider.listen('millrace');
  onTestFinished(() => provider.close());
  const clock = new SimulatedClock(Date.now());
  const lines = printedLines();
  const secret = { text: provider.clientSecret };
  const handler = dashboardFunction(config, {
    env: {
      hostedLogin: {
        issuer: provider.issuer,
        clientId: provider.clientId,
        clientSecretArn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:login-AbCdEf',
        roles: { admins: 'owner', 'on-call': 'operator', all: 'reader' },
        ...changes,
      },
    },
    drivers: { store: openMemoryStore() },
    clock,
    readSecret: async () => secret.text,
  });
  const call = async ({ cookies, headers, ...request }: HostedRequest) => {
    const event = urlEvent({ ...request, headers: { 'x-forwarded-host': hostedName, ...headers } });
    const result = await handler(
      { ...event, ...(cookies && { cookies: [...cookies] }) },
      context(),
    );
    return { ...read(result), setCookies: result.cookies ?? [] };
  };
  return { provider, clock, lines, secret, call };
}

const context = () => functionContext(() => 60_000);

type Hosted = Awaited<ReturnType<typeof openHosted>>;

function read({ statusCode = 0, headers = {}, body = '', isBase64Encoded = false }: UrlResult) {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  const isPacked = headers['content-encoding'] === 'gzip';
  const text = (isPacked ? gunzipSync(bytes) : bytes).toString('utf8');
  const isJson = text !== '' && String(headers['content-type']).includes('json');
  return { status: statusCode, headers, text, json: isJson ? JSON.parse(text) : null };
}

/** Returns `name=value` of a `set-cookie` header. */
export function pairOf(header = ''): string {
  return header.split(';')[0] ?? '';
}

/** Goes to the provider and back, as a browser does. */
export async function logIn({ provider, call }: Hosted, next: NextLogin, to = '/batches') {
  provider.next = next;
  const begun = await call({ path: '/auth/login', query: `to=${encodeURIComponent(to)}` });
  const answer = await fetch(String(begun.headers.location), { redirect: 'manual' });
  const { pathname, search } = new URL(answer.headers.get('location') ?? '');
  const returning = {
    path: pathname,
    query: search.slice(1),
    headers: { 'sec-fetch-site': 'cross-site' },
    cookies: begun.setCookies.map(pairOf),
  };
  return { begun, returning, done: await call(returning) };
}

/** Returns the cookie of a session with the role of a group. */
export async function sessionOf(hosted: Hosted, group: string): Promise<string> {
  const { done } = await logIn(hosted, { claims: { groups: [group] } });
  return pairOf(done.setCookies[0]);
}
