/** A program on a terminal of its own, into which a test types. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** Whether util-linux's `script`, which opens the terminal, is installed. */
export const hasTerminals = isInstalled('script');

/** Whether a program is found by its name. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** A program that runs on a terminal. */
export interface TypedTerminal {
  /** Types keys: `\r` is Enter, `\t` Tab, `\u0003` Ctrl-C. */
  type(keys: string): void;
  /** Waits until the terminal has shown what matches, and returns all that it has shown. */
  seen(pattern: RegExp): Promise<string>;
  /** Waits for the end of the program, and returns its exit status. */
  ended(): Promise<number>;
  /** Hangs up. */
  close(): void;
}

/** Starts a command on a terminal. */
export function openTerminal(
  command: string,
  folder: string,
  variables: Readonly<Record<string, string>>,
): TypedTerminal {
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: folder,
    env: { HOME: folder, TERM: 'dumb', ...variables },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit') as Promise<[number]>;
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  return {
    type: (keys) => {
      child.stdin.write(keys);
    },
    seen: async (pattern) => {
      while (!pattern.test(shown)) {
        const ended = exit.then(() => {
          throw new Error(`the program ended, and has shown ${JSON.stringify(shown)}`);
        });
        await Promise.race([once(child.stdout, 'data'), ended]);
      }
      return shown;
    },
    ended: async () => (await exit)[0],
    close: () => {
      child.kill('SIGHUP');
    },
  };
}
