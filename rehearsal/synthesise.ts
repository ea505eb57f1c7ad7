/** Runs the app of `cdk.json` as the CDK does: what is rehearsed is what would be deployed. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isObject, type JsonObject } from '../lib/asl/json/json.ts';
import { MillraceError, messageOf } from '../lib/errors.ts';

/** What is synthesised, and where. */
export interface SynthesisOptions {
  /** Where `cdk.json` is; the command runs there. */
  readonly folder: string;
  /** The command. @default `app` of `cdk.json` */
  readonly app?: string;
  /** Where the templates come to lie, relative to `folder`. @default 'cdk.out' */
  readonly output?: string;
  /** The app's configuration. @default millrace.config.ts of `folder` */
  readonly config?: string;
}

/** The last lines of a command that failed that are quoted. */
const quotedLines = 40;

/**
 * Synthesises; the folder of the templates. Throws INVALID_CONFIGURATION when there is no command,
 * or it fails.
 */
export async function synthesise(options: SynthesisOptions): Promise<string> {
  const app = options.app ?? appOf(join(options.folder, 'cdk.json'));
  const output = resolve(options.folder, options.output ?? 'cdk.out');
  const context = JSON.stringify(contextOf(join(options.folder, 'cdk.json')));
  // The shell keeps this environment and adds to it: first of all the Node that runs this.
  const given = options.config === undefined ? '' : 'export MILLRACE_CONFIG="$3"; ';
  const script = `export CDK_OUTDIR="$1" CDK_CONTEXT_JSON="$2" PATH="$4:$PATH"; ${given}${app}`;
  const node = dirname(process.execPath);
  const words = ['-c', script, 'sh', output, context, options.config ?? '', node];
  const { status, said } = await run(words, options.folder);
  if (status === 0) return output;
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `\`${app}\` did not synthesise (exit status ${status}):\n${said}`,
    { fields: { app } },
  );
}

function appOf(file: string): string {
  const { app } = readJson(file);
  if (typeof app === 'string' && app !== '') return app;
  throw new MillraceError('INVALID_CONFIGURATION', `${file} has no "app": say it with --app`);
}

function contextOf(file: string): JsonObject {
  const { context } = existsSync(file) ? readJson(file) : {};
  return isObject(context) ? context : {};
}

function readJson(file: string): JsonObject {
  if (!existsSync(file)) {
    const message = `there is no ${file}: go to the app's folder, or name the command with --app`;
    throw new MillraceError('FILE_NOT_READABLE', message, { fields: { file } });
  }
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isObject(value) ? value : {};
  } catch (cause) {
    const message = `${file} is no JSON: ${messageOf(cause)}`;
    throw new MillraceError('MALFORMED_DOCUMENT', message, { cause });
  }
}

function run(words: readonly string[], cwd: string): Promise<{ status: number; said: string }> {
  return new Promise((resolveRun, reject) => {
    const child = spawn('sh', words, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        lines.push(...text.split('\n').filter((line) => line !== ''));
        lines.splice(0, lines.length - quotedLines);
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolveRun({ status: code ?? 1, said: lines.join('\n') }));
  });
}
