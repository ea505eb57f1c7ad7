/** Frames that replace one another, on a terminal; one after another elsewhere. */
import { machineClock } from '../../app/machine-clock.ts';
import { pause } from '../../retry/pause.ts';
import { type Io, printEvent, printJson, printLines } from '../io.ts';
import type { AppOptions } from '../options/app-options.ts';
import { control } from './safe-output.ts';

/** The options of a command that shows something once, or again and again. */
export interface WatchOptions extends AppOptions {
  readonly watch?: boolean;
}

/** Describes `--watch`. */
export const watchHelp = 'show it every two seconds, until q or Ctrl-C';

/** What is shown once, or again and again. */
export interface LiveFrames<Model> {
  readonly read: () => Promise<Model>;
  readonly lines: (model: Model) => readonly string[];
  /** Prints each model as a line of JSON instead. @default false */
  readonly json?: boolean | undefined;
  /** Whether it is shown again and again. @default false */
  readonly watch?: boolean | undefined;
  /** Milliseconds between two frames. @default 2,000 */
  readonly intervalMs?: number;
  /**
   * Takes a key that was pressed; true draws the frame again at once. The keys that end a program
   * are known already.
   */
  readonly onKey?: (key: string) => boolean;
}

/** The keys that end what is shown. In raw mode, a terminal sends Ctrl-C as a character. */
const quitKeys: ReadonlySet<string> = new Set(['q', 'Q', '\u0003', '\u0004', '\u001b']);

/** Sequences that every terminal of the last decades knows. */
const sequences = Object.freeze({
  // Lines that are too long are cut: wrapped, they would push the last ones out.
  enter: control('\u001b[?1049h\u001b[?25l\u001b[?7l'),
  leave: control('\u001b[?7h\u001b[?25h\u001b[?1049l'),
  home: control('\u001b[H'),
  clearLine: control('\u001b[K'),
  clearBelow: control('\u001b[J'),
});

/** Shows one frame; with `watch`, until the user quits or the process is interrupted. */
export async function showFrames<Model extends object>(
  io: Io,
  frames: LiveFrames<Model>,
): Promise<void> {
  if (frames.watch) return await watchFrames(io, frames);
  const model = await frames.read();
  if (frames.json) printJson(io, model);
  else printLines(io, frames.lines(model));
}

async function watchFrames<Model extends object>(io: Io, frames: LiveFrames<Model>): Promise<void> {
  const { json = false, intervalMs = 2_000 } = frames;
  const quit = new AbortController();
  const ended = AbortSignal.any([quit.signal, io.interrupted]);
  const screen = io.stdout.isTTY && !json ? new Screen(io) : null;
  let model = await frames.read();
  const draw = () => {
    if (json) printEvent(io, model);
    else if (screen !== null) screen.draw(frames.lines(model));
    else printLines(io, [...frames.lines(model), '']);
  };
  const release = screen === null ? () => {} : listenToKeys(io, frames, quit, draw);
  try {
    screen?.enter();
    for (;;) {
      draw();
      await pause(machineClock, intervalMs, ended);
      if (ended.aborted) break;
      model = await frames.read();
    }
  } finally {
    release();
    screen?.leave();
  }
  // The terminal shows again what was there before: the last frame stays as the result.
  if (screen !== null) printLines(io, frames.lines(model));
}

function listenToKeys<Model>(
  io: Io,
  { onKey = () => false }: LiveFrames<Model>,
  quit: AbortController,
  draw: () => void,
): () => void {
  const onPressed = (key: string) => {
    if (quitKeys.has(key)) quit.abort();
    else if (onKey(key)) draw();
  };
  return io.onKey?.(onPressed) ?? (() => {});
}

/** The screen of a terminal, which is given back as it was. */
class Screen {
  readonly #io: Io;

  constructor(io: Io) {
    this.#io = io;
  }

  enter(): void {
    this.#io.stdout.write(sequences.enter);
  }

  draw(lines: readonly string[]): void {
    const { stdout } = this.#io;
    // A frame that is higher than the terminal would scroll, and the next one begin too low.
    const shown = lines.slice(0, Math.max(1, (stdout.rows ?? 24) - 1));
    const text = shown.map((line) => `${line}${sequences.clearLine}\n`).join('');
    stdout.write(`${sequences.home}${text}${sequences.clearBelow}`);
  }

  leave(): void {
    this.#io.stdout.write(sequences.leave);
  }
}
