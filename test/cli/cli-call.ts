/** Calls of the CLI in this process, and folders with apps for them to find. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { runCli } from '../../lib/cli/program.ts';
import { envNames } from '../../lib/config/setting-sources.ts';

/** What a call answered. */
export interface CallResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a call is given beside its words. */
export interface CallOptions {
  /** Where relative paths start. @default a folder with nothing in it */
  readonly folder?: string;
  readonly stdin?: string;
  readonly interrupted?: AbortSignal;
  /** Called with everything said on stderr so far, whenever more is said. */
  readonly onStderr?: (said: string) => void;
}

/** Runs one call to its end, untouched by the environment of the suite. */
export async function call(
  words: readonly string[],
  options: CallOptions = {},
): Promise<CallResult> {
  const { folder = emptyFolder(), stdin = '', interrupted, onStderr } = options;
  for (const name of Object.values(envNames)) vi.stubEnv(name, '');
  let stdout = '';
  let stderr = '';
  const io = {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: {
      write: (text: string) => {
        stderr += text;
        onStderr?.(stderr);
      },
    },
    folder,
    readStdin: async () => stdin,
    interrupted: interrupted ?? new AbortController().signal,
  };
  try {
    return { status: await runCli(io, words), stdout, stderr };
  } finally {
    vi.unstubAllEnvs();
  }
}

let empty: string | undefined;

function emptyFolder(): string {
  empty ??= mkdtempSync(join(tmpdir(), 'millrace-empty-'));
  return empty;
}

/** A folder with these files, removed when the test has ended. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = makeFolder(files);
  onTestFinished(() => removeFolder(folder));
  return folder;
}

/** The same, to be removed by whoever asked for it. */
export function makeFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-cli-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** Removes a folder and what is in it. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** The document that `--json` printed: all of stdout must be one. */
export function jsonOf({ stdout }: CallResult): unknown {
  return JSON.parse(stdout);
}

/** A definition that answers its input. */
export const echo = JSON.stringify({
  StartAt: 'Echo',
  States: { Echo: { Type: 'Pass', End: true } },
});
