import { Console } from 'node:console';
import { text } from 'node:stream/consumers';
import { styleText } from 'node:util';
import { MillraceError } from '../../errors.ts';
import type { Io } from '../io.ts';
import { markControls } from './safe-output.ts';

/**
 * Returns the surroundings of a command in this process. From then on `console` of handlers writes
 * to stderr, because stdout is for results; and a pipe whose reader has gone interrupts the
 * command, which hands back its work.
 */
export function createProcessIo(): Io {
  const { stdin, stdout, stderr } = process;
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // A second signal exits without the grace period.
      if (interrupted.signal.aborted) process.exit(130);
      interrupted.abort();
    });
  }
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      interrupted.abort();
    });
  }
  globalThis.console = new Console({ stdout: stderr, stderr });
  return {
    stdout,
    stderr,
    folder: process.cwd(),
    readStdin: () => text(stdin),
    interrupted: interrupted.signal,
    exit: (status) => process.exit(status),
    // Knows NO_COLOR, FORCE_COLOR and what the terminal can show.
    paint: (style, words) => markControls(styleText(style, words, { stream: stdout })),
    ask: stdin.isTTY && stderr.isTTY ? (question) => ask(question, interrupted.signal) : null,
    onKey: stdin.isTTY ? listenToTerminal : null,
  };
}

async function ask(question: string, signal: AbortSignal): Promise<string> {
  // Loaded here: most calls ask nothing.
  const { createInterface } = await import('node:readline/promises');
  const closed = new AbortController();
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // readline takes the keys Ctrl-C and Ctrl-D: no signal comes.
    lines.once('close', () => closed.abort());
    return await lines.question(question, { signal: AbortSignal.any([signal, closed.signal]) });
  } catch (error) {
    if (!isAbortError(error)) throw error;
    throw new MillraceError('STOPPED', 'interrupted at a question: nothing was written');
  } finally {
    lines.close();
  }
}

function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function listenToTerminal(onKey: (key: string) => void): () => void {
  const { stdin } = process;
  const onData = (data: Buffer) => onKey(data.toString());
  stdin.setRawMode(true);
  stdin.resume();
  stdin.on('data', onData);
  return () => {
    stdin.off('data', onData);
    stdin.setRawMode(false);
    stdin.pause();
  };
}
