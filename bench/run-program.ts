import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { envNames } from '../lib/config/setting-sources.ts';

/**
 * Runs a program of this repository in a fresh process, on this Node and without Millrace's
 * settings in its environment. Returns the JSON document that it prints on stdout.
 */
export async function runProgram(
  script: URL,
  args: readonly string[],
  nodeFlags: readonly string[] = [],
): Promise<unknown> {
  const child = spawn(process.execPath, [...nodeFlags, script.pathname, ...args], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    exited,
  ]);
  if (status !== 0) throw new Error(`${script.pathname} exited with ${status}:\n${stderr}`);
  return JSON.parse(stdout);
}

/**
 * The environment of this process without Millrace's variables: a user's own settings would change
 * what is measured.
 */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const settings = new Set<string>(Object.values(envNames));
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !settings.has(name)));
}
