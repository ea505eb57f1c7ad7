/**
 * The CLI as a process of its own: started, watched line by line, hit with signals. Every process
 * that a test started is killed when the test has ended, however it ended.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const launcher = fileURLToPath(new URL('../../bin/millrace.js', import.meta.url));
const repository = fileURLToPath(new URL('../..', import.meta.url));

/** The configuration of the test app, for `--config`. */
export const sumsConfig = fileURLToPath(new URL('apps/sums/millrace.config.ts', import.meta.url));

/** How a process ended. */
export interface ProcessEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `millrace` with these words; `settings` are added to an otherwise bare environment. */
export function startCli(
  words: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): CliProcess {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [launcher, ...words], {
    cwd: repository,
    env: { PATH, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return new CliProcess(child);
}

/** See this file's head. */
export class CliProcess {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #lines: string[] = [];
  readonly #watchers = new Set<() => void>();
  /** Resolves when the process is gone and has said everything. */
  readonly ended: Promise<ProcessEnd>;

  constructor(child: ChildProcessByStdio<null, Readable, Readable>) {
    this.#child = child;
    createInterface(child.stderr).on('line', (line) => {
      this.#lines.push(line);
      for (const look of this.#watchers) look();
    });
    const said = text(child.stdout);
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status, signal) => {
        said.then((stdout) => {
          resolve({ status, signal, stdout, stderr: this.#lines.join('\n') });
          for (const look of this.#watchers) look();
        }, reject);
      });
    });
  }

  /** Resolves once `count` lines on stderr fit `pattern`; fails when the process ends before. */
  async saysOnStderr(pattern: RegExp, count = 1): Promise<void> {
    const holds = () => this.#lines.filter((line) => pattern.test(line)).length >= count;
    if (holds()) return;
    const seen = new Promise<'seen'>((resolve) => {
      this.#watchers.add(() => {
        if (holds()) resolve('seen');
      });
    });
    const first = await Promise.race([seen, this.ended]);
    if (first === 'seen' || holds()) return;
    throw new Error(`it ended (${first.status ?? first.signal}) and only said:\n${first.stderr}`);
  }

  /** Sends a signal to the process. */
  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

/** Runs `millrace` to its end. */
export function runToEnd(
  words: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<ProcessEnd> {
  return startCli(words, settings).ended;
}

/** The one JSON document that `--json` prints; fails with everything said when it is none. */
export function documentOf({ stdout, stderr, status }: ProcessEnd): Record<string, unknown> {
  try {
    const document: unknown = JSON.parse(stdout);
    if (typeof document === 'object' && document !== null) return { ...document };
  } catch {
    // Told below, with what the process said.
  }
  throw new Error(`expected one JSON document on stdout (${status}):\n${stdout}\n${stderr}`);
}
