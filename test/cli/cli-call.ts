/** Calls of the CLI in this process, and folders for its apps. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { runCli } from '../../lib/cli/program.ts';
import type { CommandLoaders } from '../../lib/cli/tree/command-loaders.ts';
import { envNames } from '../../lib/config/setting-sources.ts';

/** The result of a call. */
export interface CallResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@link call}. */
export interface CallOptions {
  /** The current folder. @default an empty folder */
  readonly folder?: string;
  readonly stdin?: string;
  readonly interrupted?: AbortSignal;
  /** Commands besides those of the library. @default none */
  readonly others?: CommandLoaders;
  /** Called with everything written to stderr so far, at each write. */
  readonly onStderr?: (written: string) => void;
}

/** Runs one call, without the environment variables of the suite. */
export async function call(
  words: readonly string[],
  options: CallOptions = {},
): Promise<CallResult> {
  const { folder = emptyFolder(), stdin = '', interrupted, onStderr, others } = options;
  // The SDK of AWS reads its variables as well, and takes an empty one for a value.
  const own = Object.values(envNames).filter((name) => !/^AWS_(?!LAMBDA)/.test(name));
  for (const name of own) vi.stubEnv(name, '');
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
    exit: () => {},
    interrupted: interrupted ?? new AbortController().signal,
  };
  try {
    return { status: await runCli(io, words, others), stdout, stderr };
  } finally {
    vi.unstubAllEnvs();
  }
}

let empty: string | undefined;

function emptyFolder(): string {
  empty ??= mkdtempSync(join(tmpdir(), 'millrace-empty-'));
  return empty;
}

/** Creates a folder with these files, removed after the test. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = makeFolder(files);
  onTestFinished(() => removeFolder(folder));
  return folder;
}

/** Creates a folder with these files; the caller removes it. */
export function makeFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-cli-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** Removes a folder with its content. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Parses the one document that `--json` prints: stdout has nothing else. */
export function jsonOf({ stdout }: CallResult): unknown {
  return JSON.parse(stdout);
}

/** A definition that returns its input. */
export const echo = JSON.stringify({
  StartAt: 'Echo',
  States: { Echo: { Type: 'Pass', End: true } },
});
