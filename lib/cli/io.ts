import type { Ask } from './init/project-options.ts';
import type { ProgressOutput } from './progress-bar.ts';
import type { Paint } from './terminal/paint.ts';

/** The surroundings of a command. Results go to stdout, everything else to stderr. */
export interface Io {
  readonly stdout: ProgressOutput;
  readonly stderr: ProgressOutput;
  /** The folder that relative paths start from. */
  readonly folder: string;
  /** Reads standard input to its end. */
  readonly readStdin: () => Promise<string>;
  /** Aborts at the first SIGINT or SIGTERM; a second one ends the process at once. */
  readonly interrupted: AbortSignal;
  /** Ends the process at once, whatever is still open. */
  readonly exit: (status: number) => void;
  /** Colours texts on stdout. @default no colours */
  readonly paint?: Paint;
  /** Asks the user; null where no one can answer. @default null */
  readonly ask?: Ask | null;
  /**
   * Calls the listener at each key that is pressed, until the returned function is called; null
   * without a keyboard. @default null
   */
  readonly onKey?: ((listener: (key: string) => void) => () => void) | null;
}

/** Sets the exit status of a command that fails without throwing. */
export type Fail = (status: number) => void;

/** Prints one JSON document, as `--json` does. */
export function printJson(io: Io, value: unknown): void {
  io.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Prints one line of JSON per event: a reader cannot wait for the end of a single document. */
export function printEvent(io: Io, event: object): void {
  io.stdout.write(`${JSON.stringify(event)}\n`);
}

/** Prints lines of text. A line feed in one is printed as an escape: it would forge a line. */
export function printLines(io: Io, lines: readonly string[]): void {
  for (const line of lines) io.stdout.write(`${line.replaceAll('\n', '\\u000a')}\n`);
}

/** Prints one line on stderr, likewise. */
export function printNote(io: Io, line: string): void {
  io.stderr.write(`${line.replaceAll('\n', '\\u000a')}\n`);
}

/** Formats a JSON document for people, as lines. */
export function jsonLines(value: unknown): string[] {
  return (JSON.stringify(value, null, 2) ?? '').split('\n');
}
