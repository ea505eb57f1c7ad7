/** Steps that check the hosted dashboard: its page, its locks, the login and the roles. */
import { isObject } from '../../lib/asl/json/json.ts';
import { envNames } from '../../lib/config/setting-sources.ts';
import { parseObject } from '../checks/queue-checks.ts';
import { Browser, type PageCall } from '../cloudfront/browser.ts';
import { CloudFront } from '../cloudfront/cloudfront.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { Principal } from '../iam/principal.ts';
import type { IdentityProvider, NextLogin } from '../identity/identity-provider.ts';
import { findWorkers } from './app-roles.ts';
import { type ScenarioContext, stepFailure } from './scenario-context.ts';
import type { ScenarioStep } from './scenario-step.ts';

/** The cookie of a session. */
const sessionCookie = '__Host-millrace';

/** Checks that the page comes from the bucket, and that nothing is reached around CloudFront. */
export const hostedPageStep: ScenarioStep = {
  name: 'the hosted dashboard shows its page, and nothing is reached around CloudFront',
  skipReason: notHosted,
  run: async ({ deployment }) => {
    const { front, browser } = openHosted(deployment);
    const page = await browser.open('/executions/a-link?status=FAILED');
    const assets = [...page.body.matchAll(/(?:src|href)="\.?\/?(assets\/[^"]+)"/g)];
    if (page.status !== 200 || assets.length === 0) {
      throw stepFailure(`a screen's address returned ${page.status}: ${page.body.slice(0, 200)}`);
    }
    for (const [, path = ''] of assets) {
      const { status } = await browser.open(`/${path}`, 'same-origin');
      if (status !== 200) throw stepFailure(`/${path} returned ${status}`);
    }
    const policy = page.headers['content-security-policy'] ?? '';
    const { headers } = await browser.call({ path: '/v1/session' });
    if (!policy.startsWith("default-src 'none'") || headers['content-security-policy'] !== policy) {
      throw stepFailure(`the page has the Content-Security-Policy '${policy}'`);
    }
    return `${assets.length} files; ${checkLocks(deployment, front)} others were refused`;
  },
};

/** Evaluates who else may read the bucket or call the function. Returns how many were refused. */
function checkLocks(deployment: Deployment, front: CloudFront): number {
  const [worker] = findWorkers(deployment);
  const others: [Principal, string][] = [
    [{ kind: 'anonymous' }, front.arn],
    [{ kind: 'role', roleArn: worker?.deployed.roleArn ?? '', session: 'x' }, front.arn],
    [{ kind: 'service', service: 'cloudfront.amazonaws.com' }, `${front.arn}X`],
  ];
  for (const [principal, sourceArn] of others) {
    const passed = front.findOpenOrigin(principal, sourceArn);
    if (passed === null) continue;
    throw stepFailure(`${passed} is open to ${principal.kind} callers around CloudFront`);
  }
  return others.length;
}

/** Faults of an ID token, and the reason that a refusal gives. */
const faults = [
  ['algorithm', /alg/],
  ['audience', /aud/],
  ['expired', /exp|iat/],
  ['issuer', /iss/],
  ['nonce', /nonce/],
  ['signature', /signature/],
] as const;

/** Checks that only a correct answer of the identity provider logs anyone in. */
export const hostedLoginStep: ScenarioStep = {
  name: 'the hosted dashboard refuses every login that is not right',
  skipReason: notHosted,
  run: async ({ deployment }) => {
    const { front, provider, login } = openHosted(deployment);
    const claims = claimsOf(login, 'owner') ?? claimsOf(login, 'reader') ?? {};
    for (const [fault, reason] of faults) {
      await expectNoLogin(front, provider, { claims, fault }, reason);
    }
    const others = hasEveryone(login) ? 0 : 1;
    if (others > 0) await expectNoLogin(front, provider, { claims: {} }, /has no role/);
    await checkForeignAnswers(front, provider, claims);
    return `${faults.length + others + 3} refused`;
  },
};

async function expectNoLogin(
  front: CloudFront,
  provider: IdentityProvider,
  next: NextLogin,
  reason: RegExp,
): Promise<void> {
  provider.next = next;
  const browser = new Browser(front);
  const { status, body } = await browser.logIn();
  const isRefused = (status === 401 || status === 403) && reason.test(body);
  if (isRefused && !browser.cookieNames.includes(sessionCookie)) return;
  throw stepFailure(`a login with ${JSON.stringify(next)} returned ${status}: ${body}`);
}

/** An answer counts in the browser that has begun the login, unchanged, and once. */
async function checkForeignAnswers(
  front: CloudFront,
  provider: IdentityProvider,
  claims: NextLogin['claims'],
): Promise<void> {
  provider.next = { claims };
  const browser = new Browser(front);
  const begun = await browser.open('/auth/login', 'same-origin');
  const answer = await browser.visitProvider(begun.headers.location ?? '');
  const changed = answer.replace(/state=[^&]+/, `state=${'A'.repeat(43)}`);
  const stranger = await new Browser(front).open(answer, 'cross-site');
  const forged = await browser.open(changed, 'cross-site');
  // The refusal has ended the login, so this answer comes too late.
  const late = await browser.open(answer, 'cross-site');
  const found = [stranger, forged, late].map(({ status }) => status).join(' ');
  if (found === '401 401 401') return;
  throw stepFailure(`an answer elsewhere, changed, and too late returned ${found}`);
}

/** Checks what each role may do, that other sites may do nothing, and that logging out ends it. */
export const hostedRolesStep: ScenarioStep = {
  name: 'each role may do its part at the hosted dashboard, and logging out ends it',
  skipReason: notHosted,
  run: async ({ deployment }) => {
    const { front, provider, login } = openHosted(deployment);
    const tested: string[] = [];
    for (const role of ['reader', 'operator', 'owner'] as const) {
      const claims = claimsOf(login, role);
      if (claims === null) continue;
      provider.next = { claims: { ...claims, email: 'ada@example.com', email_verified: true } };
      const browser = new Browser(front);
      const done = await browser.logIn('/batches?status=RUNNING');
      if (done.headers.location !== '/batches?status=RUNNING') {
        throw stepFailure(`the login of a ${role} returned ${done.status}: ${done.body}`);
      }
      await checkRole(browser, role);
      await checkOtherSites(browser);
      await checkLogout(browser, provider);
      tested.push(role);
    }
    return tested.join(', ');
  },
};

/** Calls that need each role; what they name does not exist, so that they change nothing. */
const calls: readonly (readonly [PageCall, number])[] = [
  [{ path: '/v1/overview' }, 0],
  [{ method: 'POST', path: '/v1/batches/no-such-batch/pause', body: {} }, 1],
  [{ method: 'POST', path: '/v1/tasks/delete', body: { ids: ['no-such-task'] } }, 2],
];

async function checkRole(browser: Browser, role: 'reader' | 'operator' | 'owner'): Promise<void> {
  const { json: session } = await browser.call({ path: '/v1/session' });
  const { json: app } = await browser.call({ path: '/v1/app' });
  const found = [session.login, session.role, session.caller, app.role].join(' ');
  if (found !== `oidc ${role} ada@example.com ${role}`) {
    throw stepFailure(`the session of a ${role} is '${found}'`);
  }
  const rank = ['reader', 'operator', 'owner'].indexOf(role);
  for (const [call, needed] of calls) {
    const { status, body } = await browser.call(call);
    const isRefused = status === 403;
    if (isRefused === needed > rank && status < 500) continue;
    throw stepFailure(`${call.path} returned ${status} to a ${role}: ${body}`);
  }
  const { headers } = await browser.call({ path: '/v1/machines' });
  const again = { path: '/v1/machines', headers: { 'if-none-match': headers.etag ?? '' } };
  const { status } = await browser.call(again);
  if (status !== 304) throw stepFailure(`what has not changed was sent again: ${status}`);
}

/** Requests that pages of other sites can make a browser send, and one without its body's hash. */
async function checkOtherSites(browser: Browser): Promise<void> {
  const change = { method: 'POST', path: '/v1/batches/no-such-batch/pause', body: {} };
  const foreign = { 'sec-fetch-site': '', origin: 'https://evil.example' };
  const answers = [
    await browser.call({ ...change, site: 'cross-site' }),
    await browser.call({ path: '/v1/overview', site: 'cross-site' }),
    await browser.call({ ...change, headers: foreign }),
    await browser.call({ ...change, headers: { 'x-amz-content-sha256': '0' } }),
    await browser.open('/auth/logout', 'cross-site'),
  ];
  const found = answers.map(({ status }) => status).join(' ');
  if (found === '403 403 403 403 403') return;
  throw stepFailure(`requests of other sites returned ${found}`);
}

async function checkLogout(browser: Browser, provider: IdentityProvider): Promise<void> {
  const out = await browser.open('/auth/logout', 'same-origin');
  const atProvider = out.headers.location?.startsWith(`${provider.issuer}/logout?`);
  const { status } = await browser.call({ path: '/v1/overview' });
  if (browser.cookieNames.length === 0 && atProvider === true && status === 401) return;
  throw stepFailure(`after the logout /v1/overview returned ${status}`);
}

/** The login in the templates. */
type Login = ReturnType<typeof parseObject>;

function openHosted(deployment: Deployment) {
  const front = CloudFront.find(deployment);
  const { identityProvider: provider } = deployment;
  const login = findLogin(deployment);
  if (front === undefined || provider === null || login === null) throw stepFailure(notHostedText);
  return { front, provider, login, browser: new Browser(front) };
}

const notHostedText = 'the templates host no dashboard';

function notHosted({ deployment }: ScenarioContext): string | null {
  return deployment.identityProvider === null ? notHostedText : null;
}

function findLogin({ functions }: Deployment): Login | null {
  for (const { deployed } of functions.values()) {
    const text = deployed.definition.variables[envNames.hostedLogin];
    if (text !== undefined) return parseObject(text);
  }
  return null;
}

function hasEveryone({ roles }: Login): boolean {
  return isObject(roles) && roles['*'] !== undefined;
}

/** Returns claims that give this role and none above it; null when the login knows none. */
function claimsOf({ roles, roleClaim }: Login, role: string): NextLogin['claims'] | null {
  const entries = Object.entries(isObject(roles) ? roles : {});
  const [value] = entries.find(([, given]) => given === role) ?? [];
  if (value === undefined) return null;
  return { [String(roleClaim ?? 'groups')]: [value === '*' ? 'anyone' : value] };
}
