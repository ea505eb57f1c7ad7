/**
 * The CLI in separate processes: started in a bare environment, watched line by line, signalled.
 */
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { inject, type TestContext } from 'vitest';
import { compileCacheVariables } from '../support/compile-cache.ts';

const launcher =
  inject('launcher') ?? fileURLToPath(new URL('../../bin/millrace.js', import.meta.url));
const repository = fileURLToPath(new URL('../..', import.meta.url));

/** The configuration of the test app, for `--config`. */
export const sumsConfig = fileURLToPath(new URL('apps/sums/millrace.config.ts', import.meta.url));

/** Environment variables of a process. */
export type Variables = Readonly<Record<string, string>>;

/** How a process ended, with everything that it printed. */
export interface ProcessEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Starts `millrace` with these arguments. The process is killed when the test of `context` has
 * finished, whatever its result.
 * @param variables added to an otherwise bare environment
 */
export function startCli(
  context: TestContext,
  args: readonly string[],
  variables: Variables = {},
): CliProcess {
  const { PATH = '' } = process.env;
  // Registered first: a test that has finished starts no process that nothing would end.
  let started: ChildProcess | null = null;
  context.onTestFinished(() => {
    started?.kill('SIGKILL');
  });
  const child = spawn(process.execPath, [launcher, ...args], {
    cwd: repository,
    env: { PATH, ...compileCacheVariables, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started = child;
  return new CliProcess(child);
}

/** A running process of the CLI. */
export class CliProcess {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #lines: string[] = [];
  readonly #watchers = new Set<() => void>();
  /** Resolves when the process has exited and all of its output has been read. */
  readonly ended: Promise<ProcessEnd>;

  constructor(child: ChildProcessByStdio<null, Readable, Readable>) {
    this.#child = child;
    createInterface(child.stderr).on('line', (line) => {
      this.#lines.push(line);
      for (const check of this.#watchers) check();
    });
    const output = text(child.stdout);
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status, signal) => {
        output.then((stdout) => {
          resolve({ status, signal, stdout, stderr: this.#lines.join('\n') });
          for (const check of this.#watchers) check();
        }, reject);
      });
    });
  }

  /**
   * Resolves once `count` lines on stderr match `pattern`; rejects when the process ends before.
   */
  async waitForStderr(pattern: RegExp, count = 1): Promise<void> {
    const isMatched = () => this.#lines.filter((line) => pattern.test(line)).length >= count;
    if (isMatched()) return;
    const matched = new Promise<'matched'>((resolve) => {
      this.#watchers.add(() => {
        if (isMatched()) resolve('matched');
      });
    });
    const first = await Promise.race([matched, this.ended]);
    if (first === 'matched' || isMatched()) return;
    const result = first.status ?? first.signal;
    throw new Error(`the process ended (${result}) and stderr was only:\n${first.stderr}`);
  }

  /** The id of the process; 0 when it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Sends a signal to the process. */
  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

/** Runs `millrace` to its end. */
export function runToEnd(
  context: TestContext,
  args: readonly string[],
  variables: Variables = {},
): Promise<ProcessEnd> {
  return startCli(context, args, variables).ended;
}

/** Parses the one JSON document that `--json` prints; throws with the output when it is none. */
export function parseDocument({ stdout, stderr, status }: ProcessEnd): Record<string, unknown> {
  try {
    const document: unknown = JSON.parse(stdout);
    if (typeof document === 'object' && document !== null) return { ...document };
  } catch {
    // The error below contains the output.
  }
  throw new Error(`expected one JSON document on stdout (${status}):\n${stdout}\n${stderr}`);
}
