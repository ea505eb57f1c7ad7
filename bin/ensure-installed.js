#!/usr/bin/env node
/**
 * Installs the dependencies when they are missing or differ from package-lock.json, so that
 * `npm start` and `npm test` work in a fresh clone. It is plain JavaScript for Node 18 and later
 * without dependencies, writes nothing to stdout, and exits with a non-zero status and one sentence
 * when it fails.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Hides warnings about the Node that runs npm, because the install includes its own. */
const npmArguments = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];

const reason = findReason();
if (reason !== undefined) install(reason);

/** Returns why an install is needed; undefined when everything is as in the lock file. */
function findReason() {
  const wanted = readPackages('package-lock.json');
  if (wanted === undefined) return undefined;
  const installed = readPackages(join('node_modules', '.package-lock.json'));
  if (installed === undefined) return 'dependencies are not installed yet';
  for (const [path, entry] of Object.entries(wanted)) {
    // Skips the root, which is no dependency, and optional packages of other platforms.
    if (path === '' || (entry.optional && !(path in installed))) continue;
    // Compares contents, not times: a checkout gives every file a new time.
    const found = installed[path];
    if (found?.version !== entry.version || found?.integrity !== entry.integrity) {
      return `package-lock.json has another version of ${path.replace(/^.*node_modules\//, '')}`;
    }
  }
  return undefined;
}

/** Returns the `packages` of a lock file, or undefined when it cannot be read. */
function readPackages(relativePath) {
  const path = join(root, relativePath);
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** Installs the versions in the lock file; exits when that fails. */
function install(why) {
  console.error(`millrace: ${why}: running npm ci`);
  const { status, signal, error } = spawnSync('npm', npmArguments, {
    cwd: root,
    env: { ...process.env, PATH: pathWithoutModules() },
    // npm prints to stderr: stdout belongs to the command that follows (`--json`).
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  const how = error?.message ?? (signal ? `ended by ${signal}` : `exit status ${status}`);
  console.error(`millrace: npm ci failed (${how}): fix what npm reports above, then try again`);
  process.exit(1);
}

/** Returns PATH without `node_modules/.bin`: npm must not run on the Node that it replaces. */
function pathWithoutModules() {
  const bin = join('node_modules', '.bin');
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.filter((folder) => !folder.endsWith(bin)).join(delimiter);
}
