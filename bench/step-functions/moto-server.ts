/** Runs moto's server in a separate process: another endpoint of the API, in memory, in Python. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { messageOf } from '../../lib/errors.ts';
import { freePort } from '../../rehearsal/postgres/free-port.ts';
import type { Bench } from '../measurement.ts';
import type { EndpointProcess } from './endpoint-process.ts';

const run = promisify(execFile);

/** The release that is installed, and what of it. */
const motoPackage = 'moto[server,stepfunctions]==5.2.*';

/**
 * Starts moto's server; null, with a line that says why, where it cannot be installed. It is the
 * program of `MOTO_SERVER`, else installed from PyPI into the folder of the run. A quick run
 * installs nothing.
 */
export async function startMoto({ folder, quick, log }: Bench): Promise<EndpointProcess | null> {
  const given = process.env.MOTO_SERVER;
  if (given === undefined && quick) return null;
  try {
    return await startServer(given ?? (await installMoto(folder)));
  } catch (error) {
    log(`moto is left out: ${messageOf(error)}`);
    return null;
  }
}

/** Returns the path of the server's program. */
async function installMoto(folder: string): Promise<string> {
  const environment = join(folder, 'moto');
  const program = join(environment, 'bin', 'moto_server');
  if (existsSync(program)) return program;
  await run('python3', ['-m', 'venv', environment]);
  const words = ['install', '--quiet', '--disable-pip-version-check', motoPackage];
  await run(join(environment, 'bin', 'pip'), words);
  return program;
}

async function startServer(program: string): Promise<EndpointProcess> {
  const port = await freePort();
  const words = ['-H', '127.0.0.1', '-p', String(port)];
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  const closed = once(child, 'close');
  await waitForLine(createInterface(child.stderr), /Running on/);
  // It logs every request.
  child.stderr.resume();
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.kill();
      await closed;
    },
  };
}

/** Resolves when a line matches. Throws with the lines before when the output ends without one. */
async function waitForLine(lines: AsyncIterable<string>, pattern: RegExp): Promise<void> {
  const before: string[] = [];
  for await (const line of lines) {
    if (pattern.test(line)) return;
    before.push(line);
  }
  throw new Error(before.join('\n'));
}
