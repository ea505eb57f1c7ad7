/** The options that every command on an app shares, and the app that they open. */
import { userInfo } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Millrace } from '../../app/millrace.ts';
import type { OpenOptions } from '../../app/open-app.ts';
import { readEnv } from '../../config/env.ts';
import type { LoadedConfig } from '../../config/loading/load-config.ts';
import { positiveInteger, Unreadable } from '../../config/setting-parsers.ts';
import {
  type SettingName,
  type SettingOverrides,
  settingSources,
} from '../../config/setting-sources.ts';
import { assert, hasCode } from '../../errors.ts';
import type { Io } from '../io.ts';

/** The values of the shared options. */
export interface AppOptions {
  readonly config?: string;
  readonly store?: string;
  readonly postgres?: string;
  readonly data?: string;
  readonly concurrency?: number;
  readonly json?: boolean;
  /** Only of `batch start`. */
  readonly resume?: boolean;
}

/** The settings whose flags every command on an app has. */
const sharedSettings = [
  'store',
  'postgresUrl',
  'data',
  'broker',
  'redisUrl',
  'redisPassword',
  'redisDatabase',
  'awsRegion',
  'awsAccount',
] as const satisfies readonly SettingName[];

/** Adds the shared options to a command. */
export function withAppOptions(command: Command): Command {
  command.option(
    '--config <file>',
    'configuration file (default: millrace.config.ts in this folder)',
  );
  return withSettings(command, sharedSettings).option(
    '--json',
    'print one JSON document instead of text',
  );
}

/** Adds the concurrency to a command that runs executions itself. */
export function withConcurrency(command: Command): Command {
  return withSettings(command, ['concurrency']);
}

/** Adds the flags of these settings to a command. */
export function withSettings(command: Command, names: readonly SettingName[]): Command {
  for (const name of names) command.addOption(settingOption(name));
  return command;
}

function settingOption(name: SettingName): Option {
  const source = settingSources[name];
  assert('flag' in source, `the setting ${name} has a flag`);
  const option = new Option(source.flag, source.help);
  if (option.isBoolean()) return option;
  return option.argParser((text) => readArgument(text, source.parse(text)));
}

function readArgument<Value>(text: string, value: Value | Unreadable): Value {
  if (!(value instanceof Unreadable)) return value;
  throw new InvalidArgumentError(`expected ${value.expected}; found '${text}'`);
}

/** Adds the shared options to a command that serves queues, which also has `--queue`. */
export function withServingOptions(command: Command): Command {
  return withAppOptions(command)
    .option('--queue <driver>', 'the same as --broker')
    .on('option:queue', (driver: string) => command.setOptionValue('broker', driver));
}

/** Returns the settings that the options of a command override. */
export function toSettingOverrides(options: AppOptions): SettingOverrides {
  const values = new Map(Object.entries(options));
  const names = Object.keys(settingSources) as SettingName[];
  return Object.fromEntries(
    names.flatMap((name) => {
      if (!('flag' in settingSources[name])) return [];
      const value = values.get(settingOption(name).attributeName());
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Formats the options that reached the app, as they are typed; '' when there were none. */
export function reachText({ config, store, postgres, data }: AppOptions): string {
  const given = Object.entries({ config, store, data }).flatMap(([name, value]) =>
    value === undefined ? [] : [` --${name} ${value}`],
  );
  // A URL may contain a password, and a summary may end up in logs.
  return given.join('') + (postgres === undefined ? '' : ' --postgres …');
}

/** The configuration of a command, and the folder that its paths are relative to. */
export type CommandConfig = Pick<LoadedConfig, 'config' | 'folder'>;

/** Whether a command works without a configuration. */
export type ConfigNeed = 'required' | 'optional';

/**
 * Loads the configuration that the options name. An `optional` one that does not exist is an empty
 * one.
 */
export async function loadAppConfig(
  io: Io,
  command: Command,
  need: ConfigNeed,
): Promise<CommandConfig> {
  const { config } = command.opts<AppOptions>();
  const { loadConfig } = await import('../../config/loading/load-config.ts');
  try {
    return await loadConfig(config, io.folder);
  } catch (error) {
    const isAbsent = hasCode(error, 'FILE_NOT_READABLE') && config === undefined;
    if (need === 'required' || !isAbsent) throw error;
    return { config: { machines: {} }, folder: io.folder };
  }
}

/** Maximum time that `--resume` waits for a process that was killed but is still shutting down. */
const resumeWaitMs = 60_000;

/** Opens the app, passes it to `use`, and closes it in any case. */
export async function withApp<Result>(
  io: Io,
  command: Command,
  use: (app: Millrace, loaded: CommandConfig) => Promise<Result>,
  need: ConfigNeed = 'optional',
): Promise<Result> {
  const loaded = await loadAppConfig(io, command, need);
  // Loaded here, so that help and mistakes in a call are shown at once.
  const { openMillrace } = await import('../../app/millrace.ts');
  const app = await openMillrace(toOpenOptions(command, loaded));
  try {
    return await use(app, loaded);
  } finally {
    await app.close();
  }
}

/** Returns how the app of a command is opened. */
export function toOpenOptions(command: Command, { config, folder }: CommandConfig): OpenOptions {
  const options = command.opts<AppOptions>();
  return {
    config,
    folder,
    flags: toSettingOverrides(options),
    lockWaitMs: options.resume ? resumeWaitMs : 0,
    origin: { by: userName(), via: 'cli', requestId: null },
    measures: isScraped(command),
  };
}

/** Returns who calls the command, for the log of changes; null for a user without a name. */
function userName(): string | null {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that no user has.
    return null;
  }
}

/** Whether the metrics of the command's process can be read: it serves them, or its API does. */
function isScraped(command: Command): boolean {
  const { dashboard = false, metricsPort = readEnv().metricsPort } = command.opts<{
    readonly dashboard?: number | boolean;
    readonly metricsPort?: number;
  }>();
  const has = (name: string) => command.options.some((each) => each.attributeName() === name);
  const isServer = has('port') || dashboard !== false;
  return isServer || (has('metricsPort') && metricsPort !== undefined);
}

/** Opens the app of a command that needs a configuration: it runs machines, or starts batches. */
export function withConfiguredApp<Result>(
  io: Io,
  command: Command,
  use: (app: Millrace, loaded: CommandConfig) => Promise<Result>,
): Promise<Result> {
  return withApp(io, command, use, 'required');
}

/** Parses an option that is a whole number of at least 1. */
export function wholeNumber(text: string): number {
  return readArgument(text, positiveInteger(text));
}

/** Parses an option that is a whole number of at least 0. */
export function countOption(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`expected a whole number of at least 0; found '${text}'`);
}
