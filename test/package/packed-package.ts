/** The package as `npm pack` makes it, and projects of users that have installed it. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { root } from '../docs/markdown.ts';

/** How a program of a project ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with the package installed, from which projects borrow their `node_modules`. */
export interface Installation {
  /** The tarball that `npm pack` wrote. */
  readonly tarball: string;
  /** Paths of the files in the tarball. */
  readonly files: readonly string[];
  /** The programs of Node by their major version. */
  readonly nodes: Readonly<Record<string, string>>;
  /**
   * Creates a project with these files. Its packages are those of the installation, which several
   * projects share.
   * @param packages further ones, for this project alone. @default []
   */
  project(files: Readonly<Record<string, string>>, packages?: readonly string[]): Project;
  remove(): void;
}

/** A project of a user. */
export interface Project {
  readonly folder: string;
  /** Runs a program on a version of Node. */
  node(major: string, ...words: string[]): Promise<Ended>;
  /** Runs the command line on a version of Node, as `npx millrace` does. */
  millrace(major: string, ...words: string[]): Promise<Ended>;
}

/** Packs the clone, and installs the tarball and Node 22 as a user would. */
export async function installPackage(): Promise<Installation> {
  const scratch = mkdtempSync(join(tmpdir(), 'millrace-package-'));
  const own = join(scratch, 'installed');
  mkdirSync(own);
  writeFileSync(join(own, 'package.json'), '{ "private": true }');
  const node = npm(own, 'install', 'node@22', '--no-save', '--prefix', join(scratch, 'node22'));
  await done(npm(root, 'pack', '--silent', '--pack-destination', scratch));
  const tarball = join(scratch, readdirSync(scratch).find((name) => name.endsWith('.tgz')) ?? '');
  await done(npm(own, 'install', tarball));
  await done(node);
  const { stdout } = spawnSync('tar', ['-tzf', tarball], { encoding: 'utf8' });
  const nodes = {
    22: join(scratch, 'node22/node_modules/node/bin/node'),
    24: process.execPath,
  };
  let projects = 0;
  return {
    tarball,
    files: stdout
      .trim()
      .split('\n')
      .map((path) => path.replace(/^package\//, '')),
    nodes,
    project: (files, packages = []) => {
      projects += 1;
      const folder = join(scratch, `project-${projects}`);
      createProject(folder, own, files, packages);
      return openProject(folder, nodes);
    },
    remove: () => rmSync(scratch, { recursive: true, force: true }),
  };
}

function createProject(
  folder: string,
  installed: string,
  files: Readonly<Record<string, string>>,
  packages: readonly string[],
): void {
  mkdirSync(folder);
  const modules = join(installed, 'node_modules');
  // A package looks for its peers where it really is.
  if (packages.length > 0) spawnSync('cp', ['-al', modules, folder]);
  else symlinkSync(modules, join(folder, 'node_modules'), 'junction');
  for (const name of packages) {
    const target = join(folder, 'node_modules', name);
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), target, 'junction');
  }
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

function openProject(folder: string, nodes: Readonly<Record<string, string>>): Project {
  const node: Project['node'] = (major, ...words) => {
    const program = nodes[major] ?? '';
    // Nothing of the environment of this suite, and the project's Node first.
    const path = [dirname(program), '/usr/bin', '/bin'].join(delimiter);
    const { HOME = '/' } = process.env;
    const env = { PATH: path, HOME, NODE_COMPILE_CACHE: join(folder, '..', `cache-${major}`) };
    return ended(spawn(program, words, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] }));
  };
  return {
    folder,
    node,
    millrace: (major, ...words) => node(major, 'node_modules/millrace/bin/millrace.js', ...words),
  };
}

/** Runs npm, with its cache before the network. */
function npm(folder: string, ...words: string[]): Promise<Ended> {
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  // The settings of the npm that runs this suite are meant for the clone.
  const env = Object.entries(process.env).filter(([name]) => !name.startsWith('npm_'));
  const child = spawn('npm', [...words, ...quiet], {
    cwd: folder,
    env: Object.fromEntries(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return ended(child);
}

async function ended(child: ReturnType<typeof spawn>): Promise<Ended> {
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('the output of a program is not read');
  const [status, out, error] = await Promise.all([closed, text(stdout), text(stderr)]);
  return { status, stdout: out, stderr: error };
}

async function done(running: Promise<Ended>): Promise<void> {
  const { status, stderr, stdout } = await running;
  if (status !== 0) throw new Error(`npm ended with ${status}: ${stderr}${stdout}`);
}
