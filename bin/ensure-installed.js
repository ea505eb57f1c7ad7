#!/usr/bin/env node
/**
 * Installs the dependencies when they are missing or are not those that package-lock.json names, so
 * that `npm start` and `npm test` work in a fresh clone. Guarantees: plain JavaScript for Node 18
 * and later without a dependency of its own, nothing on stdout, and a non-zero exit status with one
 * sentence when it fails.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Warnings about the Node that runs npm are moot: we bring our own. */
const npmArguments = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];

const reason = whyInstall();
if (reason !== undefined) install(reason);

/** Why an installation is due, or undefined when what is installed is what the lock file names. */
function whyInstall() {
  const wanted = readPackages('package-lock.json');
  if (wanted === undefined) return undefined;
  const installed = readPackages(join('node_modules', '.package-lock.json'));
  if (installed === undefined) return 'dependencies are not installed yet';
  for (const [path, entry] of Object.entries(wanted)) {
    // The root itself is no dependency, and optional packages may be for another platform.
    if (path === '' || (entry.optional && !(path in installed))) continue;
    // Contents are compared, not times: a checkout gives every file a new time.
    const there = installed[path];
    if (there?.version !== entry.version || there?.integrity !== entry.integrity) {
      return `package-lock.json names another ${path.replace(/^.*node_modules\//, '')}`;
    }
  }
  return undefined;
}

/** The `packages` of a lock file, or undefined when there is none that can be read. */
function readPackages(relativePath) {
  const path = join(root, relativePath);
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** Installs the versions that the lock file names; ends the process when that fails. */
function install(why) {
  console.error(`millrace: ${why}: running npm ci`);
  const { status, signal, error } = spawnSync('npm', npmArguments, {
    cwd: root,
    env: { ...process.env, PATH: pathWithoutModules() },
    // npm's own report goes to stderr: stdout belongs to the command that follows (`--json`).
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  const how = error?.message ?? (signal ? `it was ended by ${signal}` : `exit status ${status}`);
  console.error(`millrace: npm ci failed (${how}): mend what npm says above, then try again`);
  process.exit(1);
}

/** PATH without `node_modules/.bin`: npm must not run on the Node that it is about to replace. */
function pathWithoutModules() {
  const bin = join('node_modules', '.bin');
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.filter((folder) => !folder.endsWith(bin)).join(delimiter);
}
