#!/usr/bin/env node
/**
 * The launcher behind `npx millrace` and the npm scripts: runs the CLI on a Node that can, which is
 * this one from 22.18 on and otherwise the one pinned among the dependencies. Arguments, stdio,
 * signals and the way the process ends pass through. Plain JavaScript, because it must start on any
 * Node.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The first Node that runs TypeScript as it is. */
const nodeNeeded = [22, 18];

const source = new URL('./millrace.ts', import.meta.url);
const built = new URL('../dist/bin/millrace.js', import.meta.url);
const modules = new URL('../node_modules/', import.meta.url);
const pinnedNode = fileURLToPath(
  new URL(process.platform === 'win32' ? 'node/bin/node.exe' : 'node/bin/node', modules),
);

if (canRun(process.versions.node)) {
  await runHere();
} else if (existsSync(pinnedNode)) {
  runOnPinnedNode();
} else {
  refuse(
    `needs Node ${nodeNeeded.join('.')} or later and this is ${process.versions.node}: ` +
      'run `npm install` here, which brings the right one along, or install a newer Node',
  );
}

/** Whether the Node of this version runs the CLI. */
function canRun(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > nodeNeeded[0] || (major === nodeNeeded[0] && minor >= nodeNeeded[1]);
}

/**
 * Runs the CLI in this process: the sources in a clone, what was built from them in a published
 * package.
 */
async function runHere() {
  // Compiling the sources anew takes half of a short command's time. Absent before Node 22.1.
  module.enableCompileCache?.();
  if (!existsSync(source)) {
    await import(built.href);
  } else if (existsSync(modules)) {
    await import(source.href);
  } else {
    refuse('has no dependencies yet: run `npm install` in its folder first');
  }
}

/** Runs this launcher again on the pinned Node and ends as that process ended. */
function runOnPinnedNode() {
  const self = fileURLToPath(import.meta.url);
  const child = spawn(pinnedNode, [self, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to every process in front of it; passing it on would make it two, which
  // means "now".
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
      // Only reached where that signal does not end a process at once.
      setTimeout(() => process.exit(128 + (constants.signals[signal] ?? 0)), 1000);
    }
  });
}

/** Ends the process with one sentence and the status of a wrong call. */
function refuse(sentence) {
  console.error(`millrace ${sentence}`);
  process.exit(2);
}
