import type { ProgressOutput } from './progress-bar.ts';

/** The surroundings of a command. Results go to stdout, everything else to stderr. */
export interface Io {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: ProgressOutput;
  /** The folder that relative paths start from. */
  readonly folder: string;
  /** Reads standard input to its end. */
  readonly readStdin: () => Promise<string>;
  /** Aborts at the first SIGINT or SIGTERM; a second one ends the process at once. */
  readonly interrupted: AbortSignal;
  /** Ends the process at once, whatever is still open. */
  readonly exit: (status: number) => void;
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

/** Prints lines of text. */
export function printLines(io: Io, lines: readonly string[]): void {
  for (const line of lines) io.stdout.write(`${line}\n`);
}
