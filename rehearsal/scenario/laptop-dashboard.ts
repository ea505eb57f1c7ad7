import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import { envNames } from '../../lib/config/setting-sources.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { type ScenarioContext, stepFailure } from './scenario-context.ts';

/** The command line of this package. */
const cli = fileURLToPath(new URL('../../bin/millrace.js', import.meta.url));

/** Maximum number of characters of the command's messages that are quoted. */
const quoteMax = 2_000;

/** `millrace dashboard` as a person runs it against a deployment, from a machine outside of AWS. */
export interface LaptopDashboard {
  /** Calls the API with the session of a person. Throws when the status is not `expected`. */
  call(method: 'GET' | 'POST', path: string, body?: JsonObject): Promise<JsonObject>;
  /** Stops the command as Ctrl-C does. Throws when it does not end well. */
  close(): Promise<void>;
}

/** Returns an output of the templates, whatever stack has it; null when none has. */
export function findOutput({ resolution }: Deployment, name: string): string | null {
  for (const stack of resolution.assembly.stacks) {
    const value = resolution.outputsOf(stack.name)[name];
    if (typeof value === 'string') return value;
  }
  return null;
}

/**
 * Starts the command in the environment of the output `Environment`, as a user who has the policy
 * of the output `OperatorPolicyArn` and nothing else, and logs in.
 */
export async function startLaptopDashboard(context: ScenarioContext): Promise<LaptopDashboard> {
  const token = randomBytes(24).toString('hex');
  const command = spawn(
    process.execPath,
    [cli, 'dashboard', '--config', context.app.file, '--port', '0', '--json'],
    {
      cwd: context.app.folder,
      env: {
        ...operatorEnvironment(context.deployment),
        [envNames.dashboardTokens]: `operator:ada:${token}`,
        PATH: '/usr/bin:/bin',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  command.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-quoteMax);
  });
  const ended = once(command, 'close');
  const close = async () => {
    command.kill('SIGINT');
    const [status] = await ended;
    if (status !== 0) throw stepFailure(`the dashboard ended with status ${status}: ${said}`);
  };
  try {
    const url = await readUrl(command.stdout, ended, () => said);
    return { close, call: await logIn(url, token) };
  } catch (error) {
    command.kill('SIGKILL');
    throw error;
  }
}

/** Returns the variables of the output, and credentials that the proxy knows the user by. */
function operatorEnvironment(deployment: Deployment): Record<string, string> {
  const { callers, resolution } = deployment;
  const { account, region } = resolution.environment;
  const policyArn = findOutput(deployment, 'OperatorPolicyArn') ?? '';
  const { accessKeyId, endpoint } = callers.clientFor('a person with a laptop', {
    kind: 'user',
    userArn: `arn:aws:iam::${account}:user/ada`,
    policyArns: [policyArn],
  });
  const text = findOutput(deployment, 'Environment') ?? '';
  const variables = [...text.matchAll(/(\w+)='([^']*)'/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  return {
    ...Object.fromEntries(variables),
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'rehearsal',
    AWS_ENDPOINT_URL: endpoint,
  };
}

/** The command prints where it listens as its first line. */
async function readUrl(
  stdout: NodeJS.ReadableStream,
  ended: Promise<unknown>,
  said: () => string,
): Promise<string> {
  const lines = createInterface({ input: stdout });
  const [line] = await Promise.race([once(lines, 'line'), ended.then(() => [null])]);
  const event: unknown = line === null ? null : JSON.parse(String(line));
  if (isObject(event) && typeof event.url === 'string') return event.url;
  throw stepFailure(`millrace dashboard did not start: ${said()}`);
}

async function logIn(url: string, token: string): Promise<LaptopDashboard['call']> {
  const origin = new URL(url).origin;
  const stranger = await fetch(new URL('/v1/overview', url));
  if (stranger.status !== 401) throw stepFailure(`without a login it answers ${stranger.status}`);
  const login = await fetch(new URL('/v1/session', url), {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  const [cookie = ''] = (login.headers.get('set-cookie') ?? '').split(';');
  if (!login.ok || cookie === '') throw stepFailure(`the login returned ${await login.text()}`);
  return async (method, path, body) => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { cookie, origin, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const document: Json = response.ok ? JSON.parse(text) : null;
    if (isObject(document)) return document;
    throw stepFailure(`${method} ${path} returned ${response.status}: ${text.slice(0, 500)}`);
  };
}
