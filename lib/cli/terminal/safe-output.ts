/**
 * What a command prints has texts of others in it: names, errors, causes, outputs. None of them may
 * move the cursor, clear the screen, set a title or reorder a line, so every control character is
 * printed as an escape, except those that the command line itself has marked.
 */
import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { plainLines } from '../../asl/plain-text.ts';
import type { Io } from '../io.ts';
import type { ProgressOutput } from '../progress-bar.ts';

/** Surrounds sequences of the command line itself; no text of others can contain it. */
const mark = `\ue000${randomUUID()}\ue000`;

/** Marks a sequence for the terminal, such as a colour, so that it is printed as it is. */
export function control(sequence: string): string {
  return `${mark}${sequence}${mark}`;
}

/** Marks the colours in a text that the command line has painted. */
export function markControls(painted: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
  return painted.replaceAll(/\u001b\[[\d;]*m/g, control);
}

/** Returns the surroundings of a command with outputs that print no other control characters. */
export function withSafeOutput(io: Io): Io {
  return { ...io, stdout: safeOutput(io.stdout), stderr: safeOutput(io.stderr) };
}

/** Returns an output that prints control characters as escapes; JSON keeps its value. */
export function safeOutput(output: ProgressOutput): ProgressOutput {
  return {
    get isTTY() {
      return output.isTTY;
    },
    get columns() {
      return output.columns;
    },
    get rows() {
      return output.rows;
    },
    write: (text) => output.write(safeText(text)),
    ...(output instanceof EventEmitter && {
      drained: (signal: AbortSignal) => once(output, 'drain', { signal }),
    }),
  };
}

function safeText(text: string): string {
  const parts = text.split(mark);
  return parts.map((part, index) => (index % 2 === 1 ? part : plainLines(part))).join('');
}
