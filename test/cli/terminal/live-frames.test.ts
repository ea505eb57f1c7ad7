/** Commands that show something again and again. */
import { describe, expect, it } from 'vitest';
import type { Io } from '../../../lib/cli/io.ts';
import { showFrames } from '../../../lib/cli/terminal/live-frames.ts';
import { safeOutput } from '../../../lib/cli/terminal/safe-output.ts';

/** A terminal whose keys a test presses. */
function createTerminal(onWrite: (written: string, press: (key: string) => void) => void) {
  let written = '';
  let press: (key: string) => void = () => {};
  const stdout = {
    isTTY: true,
    columns: 80,
    rows: 10,
    write: (text: string) => {
      written += text;
      onWrite(written, (key) => press(key));
    },
  };
  const io: Io = {
    stdout: safeOutput(stdout),
    stderr: { write: () => {} },
    folder: '/',
    readStdin: async () => '',
    interrupted: new AbortController().signal,
    exit: () => {},
    onKey: (listener) => {
      press = listener;
      return () => {
        press = () => {};
      };
    },
  };
  return { io, read: () => written };
}

/** Gives a terminal back as it was. */
const leave = '\u001b[?7h\u001b[?25h\u001b[?1049l';

describe('what is shown again and again', () => {
  it('frames replace one another until q is pressed, and the last one stays', async () => {
    let reads = 0;
    let isSorted = false;
    const { io, read } = createTerminal((written, press) => {
      if (written.includes('sorted frame')) press('q');
      else if (written.includes('frame 1')) press('s');
    });

    await showFrames(io, {
      read: async () => {
        reads += 1;
        return { reads };
      },
      lines: (model) => [`${isSorted ? 'sorted ' : ''}frame ${model.reads}`],
      watch: true,
      onKey: (key) => {
        isSorted ||= key === 's';
        return key === 's';
      },
    });

    const [onScreen = '', after] = read().split(leave);
    expect(onScreen.startsWith('\u001b[?1049h')).toBe(true);
    expect(onScreen).toContain('sorted frame 1');
    expect(after).toBe('sorted frame 1\n');
  });

  it('a frame that is higher than the terminal is cut', async () => {
    const { io, read } = createTerminal((written, press) => {
      if (written.includes('line 0')) press('q');
    });

    await showFrames(io, {
      read: async () => ({}),
      lines: () => Array.from({ length: 30 }, (_, index) => `line ${index}`),
      watch: true,
    });

    const [onScreen = ''] = read().split(leave);
    expect(onScreen).toContain('line 8');
    expect(onScreen).not.toContain('line 9');
  });
});
