import { spawn } from 'node:child_process';
import { MillraceError } from '../../lib/errors.ts';

/** Runs a program, and returns what it prints on stdout. Throws what it printed if it fails. */
export type RunCommand = (call: CommandCall) => Promise<string>;

/** A program to run. */
export interface CommandCall {
  readonly program: string;
  readonly words: readonly string[];
  /** Variables besides those of this process. @default {} */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Maximum number of characters of a failed program's output that are reported, from its end. */
const reportedMax = 4_000;

/** Runs programs in a folder. */
export function commandsIn(folder: string): RunCommand {
  return ({ program, words, variables }) =>
    new Promise((resolve, reject) => {
      const child = spawn(program, [...words], {
        cwd: folder,
        env: { ...process.env, ...variables },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const stdout: Buffer[] = [];
      const all: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => {
        stdout.push(chunk);
        all.push(chunk);
      });
      child.stderr.on('data', (chunk: Buffer) => all.push(chunk));
      child.once('error', (cause) => {
        const message = `cannot run ${program}, which the sandbox needs: ${cause.message}`;
        reject(new MillraceError('INVALID_CONFIGURATION', message, { cause }));
      });
      child.once('close', (status) => {
        if (status === 0) return resolve(Buffer.concat(stdout).toString('utf8'));
        const printed = Buffer.concat(all).toString('utf8').trim().slice(-reportedMax);
        const call = [program, ...words].slice(0, 3).join(' ');
        reject(new MillraceError('CONFLICT', `${call} ended with ${status}\n${printed}`));
      });
    });
}
