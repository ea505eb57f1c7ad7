/** The options of commands that serve Step Functions' API, and the server that they start. */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readEnv } from '../../config/env.ts';
import type { SettingName, SettingOverrides } from '../../config/setting-sources.ts';
import { MillraceError, messageOf } from '../../errors.ts';
import { isLoopbackHost } from '../../server/access/decide-access.ts';
import type { StepFunctionsServer } from '../../server/step-functions/serve-step-functions.ts';
import { type AccessKey, parseAccessKeys } from '../../step-functions/access-keys.ts';
import { stepFunctionsPort } from '../../step-functions/step-functions-limits.ts';
import type { RunningApp } from '../dev/running-app.ts';
import type { Io } from '../io.ts';
import { type AppOptions, toSettingOverrides, withSettings } from './app-options.ts';

const stepFunctionsSettings = [
  'stepFunctionsHost',
  'stepFunctionsKeys',
  'stepFunctionsOrigins',
  'stepFunctionsStrictRegion',
] as const satisfies readonly SettingName[];

/** The values of the options that serve it beside something else. */
export interface StepFunctionsCliOptions extends AppOptions {
  /** A port; true for the usual one, undefined for nowhere. */
  readonly stepFunctions?: number | boolean;
}

/** Adds `--step-functions [port]` to a command that also runs something. */
export function withStepFunctions(command: Command): Command {
  const help = `serve Step Functions' own API, at ${stepFunctionsPort} unless a port is given`;
  command.addOption(new Option('--step-functions [port]', help).argParser(portArgument));
  return withSettings(command, stepFunctionsSettings);
}

/** Adds `--port` to the command whose purpose is to serve it. */
export function withStepFunctionsPort(command: Command): Command {
  const help = `port to listen on, 0 for any free one (default: ${stepFunctionsPort})`;
  command.addOption(new Option('--port <n>', help).argParser(portArgument));
  return withSettings(command, stepFunctionsSettings);
}

function portArgument(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  throw new InvalidArgumentError(`expected a port from 0 to 65535; found '${text}'`);
}

/** Serves it if the options want it, and prints how to call it; null if they do not. */
export async function startStepFunctions(
  io: Io,
  app: Pick<RunningApp, 'current'>,
  { stepFunctions = false, ...options }: StepFunctionsCliOptions,
): Promise<StepFunctionsServer | null> {
  if (stepFunctions === false) return null;
  const settings = { ...readEnv(), ...toSettingOverrides(options) };
  const host = settings.stepFunctionsHost ?? '127.0.0.1';
  const mockFile = settings.mockFile ?? settings.localStackMockFile;
  // Loaded here: most calls serve nothing.
  const { serveStepFunctions } = await import(
    '../../server/step-functions/serve-step-functions.ts'
  );
  const server = await serveStepFunctions({
    current: () => app.current,
    host,
    port: typeof stepFunctions === 'number' ? stepFunctions : stepFunctionsPort,
    keys: readKeys(settings, host, io.folder),
    origins: settings.stepFunctionsOrigins?.split(',').map((origin) => origin.trim()) ?? [],
    strictRegion: settings.stepFunctionsStrictRegion ?? false,
    ...(mockFile !== undefined && { mockFile: resolve(io.folder, mockFile) }),
    mockValidation: settings.mockValidation ?? 'NONE',
  });
  io.stderr.write(`${stepFunctionsRecipe(server.url)}\n`);
  return server;
}

/** Returns how clients reach the endpoint, as lines. */
function stepFunctionsRecipe(url: string): string {
  return [
    `step functions: ${url}`,
    `  aws stepfunctions list-state-machines --endpoint-url ${url}`,
    '  start-sync-execution and test-state put sync- before the host name:',
    `    AWS CLI: HTTP_PROXY=${url} aws stepfunctions start-sync-execution --endpoint-url ${url} …`,
    '    boto3: Config(inject_host_prefix=False); SDK for JavaScript: disableHostPrefix: true',
  ].join('\n');
}

/** Off this machine, the keys of the environment sign requests when no file of keys is named. */
function readKeys(settings: SettingOverrides, host: string, folder: string): readonly AccessKey[] {
  const { stepFunctionsKeys: file, awsAccessKeyId, awsSecretAccessKey } = settings;
  if (file !== undefined) return readKeyFile(resolve(folder, file));
  if (isLoopbackHost(host)) return [];
  if (awsAccessKeyId === undefined || awsSecretAccessKey === undefined) return [];
  const own = { accessKeyId: awsAccessKeyId, secretAccessKey: awsSecretAccessKey };
  return [{ ...own, name: awsAccessKeyId, readOnly: false }];
}

/** The bits of a mode that let the group and others in. */
const othersMask = 0o077;

function readKeyFile(path: string): AccessKey[] {
  const { mode, text } = openKeyFile(path);
  if ((mode & othersMask) !== 0) {
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      `--access-keys must name a file that only its owner reads; found '${path}' with the mode ` +
        `${(mode & 0o777).toString(8)}: chmod 600 ${path}`,
      { fields: { path } },
    );
  }
  return parseAccessKeys(text, '--access-keys');
}

function openKeyFile(path: string): { readonly mode: number; readonly text: string } {
  try {
    return { mode: statSync(path).mode, text: readFileSync(path, 'utf8') };
  } catch (error) {
    throw new MillraceError(
      'FILE_NOT_READABLE',
      `--access-keys must name a readable file; found '${path}': ${messageOf(error)}`,
      { fields: { path }, cause: error },
    );
  }
}
