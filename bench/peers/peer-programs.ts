/** Installs, builds and runs the programs of the peers. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from '../run-program.ts';
import type { Peer } from './peer.ts';

/** What the program of a peer is asked: its only argument, as JSON. */
export interface Assignment {
  /** The database, the Redis server or the address of Temporal's server. */
  readonly url: string;
  /** A JSON Lines file with the orders. */
  readonly path: string;
  readonly concurrency: number;
}

/** What the program of a peer prints, as JSON. */
export interface PeerResult {
  /** From the first order that was sent to the end of the last one. */
  readonly seconds: number;
  readonly settings: Readonly<Record<string, string | number>>;
}

const here = fileURLToPath(new URL('.', import.meta.url));

/** Where Go's programs are built: outside of what the repository keeps. */
const built = fileURLToPath(new URL('../../node_modules/.cache/millrace-peers/', import.meta.url));

/** Temporal's command line, which contains its development server. */
const temporalCli = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';

/** The path of Temporal's command line after {@link preparePeers}. */
export const temporalProgram = join(built, 'temporal-cli', 'temporal');

/**
 * Installs the npm packages of the peers and builds those in Go, where this has not been done.
 * Throws when a build fails.
 */
export async function preparePeers(peers: readonly Peer[], log: (line: string) => void) {
  if (!existsSync(join(here, 'node_modules'))) {
    log('installing the peers from npm');
    await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: here });
  }
  for (const { program } of peers) {
    if (program.kind === 'node' || existsSync(join(built, program.folder))) continue;
    log(`building ${program.folder}`);
    const cwd = join(here, program.folder);
    await run('go', ['build', '-o', join(built, program.folder), '.'], { cwd });
  }
  if (existsSync(temporalProgram)) return;
  if (!peers.some(({ service }) => service === 'Temporal server')) return;
  log("building Temporal's development server: some minutes, once");
  const env = { ...process.env, GOBIN: join(built, 'temporal-cli') };
  await run('go', ['install', '-trimpath', temporalCli], { env });
}

/** Whether Go is installed. */
export async function hasGo(): Promise<boolean> {
  return run('go', ['version'], {}).then(
    () => true,
    () => false,
  );
}

/** Runs the orders of an assignment on a peer. Throws unless each of them ended exactly once. */
export async function runPeer({ program }: Peer, assignment: Assignment): Promise<PeerResult> {
  const [command, words] =
    program.kind === 'node'
      ? [process.execPath, [join(here, program.file)]]
      : [join(built, program.folder), []];
  return JSON.parse(await run(command, [...words, JSON.stringify(assignment)], {}));
}

/** Returns the version of the package or module that a peer's program uses. */
export function readPeerVersion(peer: Peer): string {
  if (peer.program.kind === 'go') {
    const modules = readFileSync(join(here, peer.program.folder, 'go.mod'), 'utf8');
    return modules.split(`${peer.package} v`)[1]?.split(/\s/)[0] ?? 'unknown';
  }
  const folders = [here, join(here, '..', '..')];
  const file = folders
    .map((folder) => join(folder, 'node_modules', peer.package, 'package.json'))
    .find((path) => existsSync(path));
  return file === undefined ? 'unknown' : JSON.parse(readFileSync(file, 'utf8')).version;
}

interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a command to its end, and returns what it printed. Throws when it fails. */
async function run(
  command: string,
  args: readonly string[],
  { cwd, env = cleanEnvironment() }: RunOptions,
): Promise<string> {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const { promise: exited, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  child.once('close', resolve);
  const [stdout, stderr, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    exited,
  ]);
  if (status !== 0) throw new Error(`${command} exited with ${status}:\n${stderr}`);
  return stdout;
}
