import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isObject, type JsonObject } from '../lib/asl/json/json.ts';
import { MillraceError, messageOf } from '../lib/errors.ts';

/** Options of {@link synthesize}. */
export interface SynthesisOptions {
  /** The folder of `cdk.json`, in which the command runs. */
  readonly folder: string;
  /** The command. @default `app` of `cdk.json` */
  readonly app?: string;
  /** Where the templates are written, relative to `folder`. @default 'cdk.out' */
  readonly output?: string;
  /** The app's configuration. @default millrace.config.ts of `folder` */
  readonly config?: string;
  /** Context besides that of `cdk.json`, as `cdk -c` passes it. @default {} */
  readonly context?: Readonly<Record<string, string>>;
}

/** Maximum number of output lines of a failed command that are quoted, counted from the last. */
const quotedLinesMax = 40;

/**
 * Runs the app of `cdk.json` as the CDK does: the rehearsal deploys what `cdk deploy` would.
 * Returns the folder of the templates. Throws INVALID_CONFIGURATION when there is no command, or
 * when it fails.
 */
export async function synthesize(options: SynthesisOptions): Promise<string> {
  const cdkJson = join(options.folder, 'cdk.json');
  const app = options.app ?? readApp(cdkJson);
  const output = resolve(options.folder, options.output ?? 'cdk.out');
  const context = JSON.stringify({ ...readContext(cdkJson), ...options.context });
  // The shell inherits this environment, and puts the Node that runs this first on its PATH.
  const exportConfig = options.config === undefined ? '' : 'export MILLRACE_CONFIG="$3"; ';
  const script = `export CDK_OUTDIR="$1" CDK_CONTEXT_JSON="$2" PATH="$4:$PATH"; ${exportConfig}${app}`;
  const node = dirname(process.execPath);
  const args = ['-c', script, 'sh', output, context, options.config ?? '', node];
  const { status, printed } = await run(args, options.folder);
  if (status === 0) return output;
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `\`${app}\` did not synthesize (exit status ${status}):\n${printed}`,
    { fields: { app } },
  );
}

function readApp(file: string): string {
  const { app } = readJson(file);
  if (typeof app === 'string' && app !== '') return app;
  throw new MillraceError('INVALID_CONFIGURATION', `${file} has no "app": pass it with --app`);
}

function readContext(file: string): JsonObject {
  const { context } = existsSync(file) ? readJson(file) : {};
  return isObject(context) ? context : {};
}

function readJson(file: string): JsonObject {
  if (!existsSync(file)) {
    const message = `there is no ${file}: run this in the app's folder, or pass --app`;
    throw new MillraceError('FILE_NOT_READABLE', message, { fields: { file } });
  }
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isObject(value) ? value : {};
  } catch (cause) {
    const message = `${file} is not JSON: ${messageOf(cause)}`;
    throw new MillraceError('MALFORMED_DOCUMENT', message, { cause });
  }
}

function run(args: readonly string[], cwd: string): Promise<{ status: number; printed: string }> {
  return new Promise((resolveRun, reject) => {
    const child = spawn('sh', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        lines.push(...text.split('\n').filter((line) => line !== ''));
        lines.splice(0, lines.length - quotedLinesMax);
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolveRun({ status: code ?? 1, printed: lines.join('\n') }));
  });
}
