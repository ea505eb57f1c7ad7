/**
 * `npm run test:clients [-- PYTHON…]`: drives Step Functions' API with the AWS CLI and boto3 of
 * each Python, each against a fresh store in memory; the AWS CLI of each further Python once more,
 * with the service model of the first one, which knows more operations. A client that is not
 * installed is named and left out; the exit status is 1 when one that is installed fails, 2 when
 * there is none.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openMillrace } from '../../lib/app/millrace.ts';
import { messageOf } from '../../lib/errors.ts';
import { serveStepFunctions } from '../../lib/server/step-functions/serve-step-functions.ts';
import { QuietLogger } from '../support/quiet-logger.ts';

const run = promisify(execFile);

/** Each client: the module that Python must have, and the session that drives it. */
const clients = {
  'AWS CLI': { module: 'awscli', session: 'aws_cli_session.py' },
  boto3: { module: 'boto3', session: 'boto3_session.py' },
} as const;

type Result = 'passed' | 'failed' | 'absent';

/** A client to drive. */
interface Drive {
  readonly name: string;
  readonly python: string;
  readonly client: keyof typeof clients;
  /** Where it finds service models besides its own. */
  readonly models?: string;
}

/** How long a session may take: one takes seconds, and longer on a busy machine. */
const sessionMs = 10 * 60_000;

/**
 * What clients see of this machine's environment: a profile, another endpoint, or a proxy would
 * lead them away from the server under test.
 */
const environment = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^AWS_|_proxy$/i.test(name)),
  ),
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
};

const given = process.argv.slice(2);
const pythons = given.length === 0 ? ['python3'] : given;
const drives = pythons.flatMap((python): Drive[] => [
  { name: `AWS CLI of ${python}`, python, client: 'AWS CLI' },
  { name: `boto3 of ${python}`, python, client: 'boto3' },
]);
const results: Result[] = [];
for (const drive of drives) results.push(await driveClient(drive));
const [newest = '', ...older] = pythons;
// boto3 of the first Python brings the model.
if (older.length > 0 && results[1] !== 'absent') {
  const models = mkdtempSync(join(tmpdir(), 'millrace-models-'));
  try {
    const script = fileURLToPath(new URL('write_model.py', import.meta.url));
    await run(newest, [script, models], { env: environment });
    for (const python of older) {
      const name = `AWS CLI of ${python} with the service model of ${newest}`;
      results.push(await driveClient({ name, python, client: 'AWS CLI', models }));
    }
  } finally {
    rmSync(models, { recursive: true });
  }
}
if (results.every((result) => result === 'absent')) process.exitCode = 2;
if (results.includes('failed')) process.exitCode = 1;

async function driveClient({ name, python, client, models }: Drive): Promise<Result> {
  const { module, session } = clients[client];
  try {
    await run(python, ['-c', `import ${module}`], { env: environment });
  } catch {
    console.log(`${name}: not installed, left out`);
    return 'absent';
  }
  const app = await openMillrace({
    config: { machines: {} },
    flags: { store: 'memory' },
    logger: new QuietLogger(),
  });
  await app.start();
  const server = await serveStepFunctions({ current: () => app, port: 0 });
  try {
    const script = fileURLToPath(new URL(session, import.meta.url));
    const { stdout } = await run(python, [script, server.url], {
      env: { ...environment, ...(models !== undefined && { AWS_DATA_PATH: models }) },
      timeout: sessionMs,
    });
    console.log(`${name}: ${stdout.trim()}`);
    return 'passed';
  } catch (error) {
    const isLate = (error as { killed?: boolean }).killed === true;
    const reason = isLate ? `not done after ${sessionMs / 60_000} minutes` : messageOf(error);
    console.error(`${name}: failed: ${reason}`);
    return 'failed';
  } finally {
    await server.close();
    await app.stop();
    await app.close();
  }
}
