import { createHash } from 'node:crypto';
import type { LogFields, Logger } from '../../lib/ports/logger.ts';

const bufferCharsMax = 65_536;

/**
 * Everything that happens in a simulation, in order, as a hash: two runs are identical when their
 * hashes are equal.
 */
export class Trace {
  readonly #hash = createHash('sha256');
  readonly #print: ((line: string) => void) | undefined;
  readonly #now: () => number;
  lines = 0;
  /** Lines that are not in the hash yet: one update for many of them is much cheaper. */
  #buffer = '';

  /** @param print called with every line, to debug one seed */
  constructor(now: () => number, print?: (line: string) => void) {
    this.#now = now;
    this.#print = print;
  }

  note(text: string): void {
    const line = `${this.#now()} ${text}`;
    this.lines += 1;
    this.#buffer += `${line}\n`;
    if (this.#buffer.length >= bufferCharsMax) this.#flush();
    this.#print?.(line);
  }

  /** Returns the hash of all lines, and ends the trace. */
  digest(): string {
    this.#flush();
    return this.#hash.digest('hex').slice(0, 16);
  }

  #flush(): void {
    this.#hash.update(this.#buffer);
    this.#buffer = '';
  }

  /** Returns a logger for the process `name`, whose entries are part of the trace. */
  createLogger(name: string): Logger {
    const log =
      (level: string) =>
      (message: string, fields: LogFields = {}) =>
        this.note(`${name} ${level}: ${message} ${JSON.stringify(fields)}`);
    return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
  }
}
