/**
 * What happened, in order, as a hash: two runs of a seed are the same run when their hashes agree.
 */
import { createHash } from 'node:crypto';
import type { LogFields, Logger } from '../../lib/ports/logger.ts';

/** See this file's head. */
export class Trace {
  readonly #hash = createHash('sha256');
  readonly #print: ((line: string) => void) | undefined;
  readonly #now: () => number;
  lines = 0;

  /** @param print is given every line, for a person who looks into one seed */
  constructor(now: () => number, print?: (line: string) => void) {
    this.#now = now;
    this.#print = print;
  }

  note(text: string): void {
    const line = `${this.#now()} ${text}`;
    this.lines += 1;
    this.#hash.update(line).update('\n');
    this.#print?.(line);
  }

  /** The hash of all lines; ends the trace. */
  digest(): string {
    return this.#hash.digest('hex').slice(0, 16);
  }

  /** What the process `name` logs becomes part of the trace. */
  loggerOf(name: string): Logger {
    const log =
      (level: string) =>
      (message: string, fields: LogFields = {}) =>
        this.note(`${name} ${level}: ${message} ${JSON.stringify(fields)}`);
    return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
  }
}
