/**
 * `npm run test:clients`: drives Step Functions' API with the AWS CLI and boto3 that are installed,
 * each against a fresh store in memory. A client that is not installed is named and left out; the
 * exit status is 1 when one that is installed fails, 2 when there is none.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openMillrace } from '../../lib/app/millrace.ts';
import { messageOf } from '../../lib/errors.ts';
import { serveStepFunctions } from '../../lib/server/step-functions/serve-step-functions.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { driveAwsCli } from './aws-cli.ts';

const run = promisify(execFile);

/** Each client: how to see whether it is there, and how it is driven. */
const clients = {
  'AWS CLI': { probe: ['aws', '--version'], drive: driveAwsCli },
  boto3: { probe: ['python3', '-c', 'import boto3'], drive: driveBoto3 },
} as const;

const results = [];
for (const [name, { probe, drive }] of Object.entries(clients)) {
  results.push(await driveClient(name, probe, drive));
}
if (results.every((result) => result === 'absent')) process.exitCode = 2;
if (results.includes('failed')) process.exitCode = 1;

async function driveClient(
  name: string,
  [program, ...words]: readonly [string, ...string[]],
  drive: (url: string) => Promise<string>,
): Promise<'passed' | 'failed' | 'absent'> {
  try {
    await run(program, words);
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
    console.log(`${name}: ${await drive(server.url)}`);
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

async function driveBoto3(url: string): Promise<string> {
  const script = fileURLToPath(new URL('boto3_session.py', import.meta.url));
  const { stdout } = await run('python3', [script, url]);
  return stdout.trim();
}
