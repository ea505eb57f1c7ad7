/**
 * `npm run test:clients [-- PYTHON…]`: drives Step Functions' API with the AWS CLI and boto3 of
 * each Python, each against a fresh store in memory. A client that is not installed is named and
 * left out; the exit status is 1 when one that is installed fails, 2 when there is none.
 */
import { execFile } from 'node:child_process';
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

const given = process.argv.slice(2);
const pythons = given.length === 0 ? ['python3'] : given;
const results: Result[] = [];
for (const python of pythons) {
  for (const [name, { module, session }] of Object.entries(clients)) {
    results.push(await driveClient(`${name} of ${python}`, python, module, session));
  }
}
if (results.every((result) => result === 'absent')) process.exitCode = 2;
if (results.includes('failed')) process.exitCode = 1;

async function driveClient(
  name: string,
  python: string,
  module: string,
  session: string,
): Promise<Result> {
  try {
    await run(python, ['-c', `import ${module}`]);
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
    const { stdout } = await run(python, [script, server.url]);
    console.log(`${name}: ${stdout.trim()}`);
    return 'passed';
  } catch (error) {
    console.error(`${name}: failed: ${messageOf(error)}`);
    return 'failed';
  } finally {
    await server.close();
    await app.stop();
    await app.close();
  }
}
