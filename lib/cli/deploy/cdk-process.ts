/** How `cdk deploy` is called: the CDK and Millrace's CDK app are found as modules. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MillraceError } from '../../errors.ts';

/** What the CDK is to deploy. */
export interface CdkCall {
  /** The app's folder, in which `aws-cdk` is installed and the CDK runs. */
  readonly folder: string;
  /** The configuration. @default millrace.config.ts of `folder` */
  readonly config?: string | undefined;
  readonly stage?: string | undefined;
  /** Words that are passed on, such as `--require-approval never`. */
  readonly words: readonly string[];
}

/**
 * Returns the words of `cdk deploy` for an app. The CDK and Millrace's own CDK app are found as
 * modules, wherever they are installed; a folder whose cdk.json names an app is deployed by that,
 * as by `cdk diff` and a rehearsal. Throws INVALID_CONFIGURATION without the CDK.
 */
export function cdkWords({ folder, config, stage, words }: CdkCall): string[] {
  const app = namesApp(folder)
    ? []
    : ['--app', [process.execPath, findCdkApp()].map(quoted).join(' ')];
  const context = Object.entries({ config, stage }).flatMap(([name, value]) =>
    value === undefined ? [] : ['-c', `${name}=${value}`],
  );
  return [findCdk(folder), 'deploy', '--all', ...app, ...context, ...words];
}

/** Runs the CDK with these words, in this terminal. Returns its exit status. */
export function runCdk(folder: string, words: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...words], { cwd: folder, stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 1));
  });
}

/** Whether the CDK knows the folder's app; it also reports what is wrong in that file. */
function namesApp(folder: string): boolean {
  const file = join(folder, 'cdk.json');
  return existsSync(file) && /"app"\s*:/.test(readFileSync(file, 'utf8'));
}

function findCdk(folder: string): string {
  const require = createRequire(join(folder, 'package.json'));
  try {
    const file = require.resolve('aws-cdk/package.json');
    const { bin } = JSON.parse(readFileSync(file, 'utf8')) as { readonly bin: { cdk: string } };
    return join(dirname(file), bin.cdk);
  } catch (error) {
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      `millrace deploy needs the package aws-cdk in ${folder}: npm install --save-dev aws-cdk`,
      { cause: error },
    );
  }
}

/** The CDK app of Millrace: in a clone its source, in the package a compiled file. */
function findCdkApp(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  const files = ['bin/infra.ts', 'dist/bin/infra.js'];
  for (;;) {
    const found = files.map((file) => join(folder, file)).find((file) => existsSync(file));
    if (found !== undefined && existsSync(join(folder, 'package.json'))) return found;
    if (folder === dirname(folder)) break;
    folder = dirname(folder);
  }
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `this installation of Millrace has none of ${files.join(', ')}: install it again`,
  );
}

/** The CDK gives the app to a shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
