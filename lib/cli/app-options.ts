/** The options that every command on an app shares, and the app they open. */
import { type Command, InvalidArgumentError } from 'commander';
import { type Millrace, openMillrace } from '../app/millrace.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import type { FlagSettings } from '../config/settings.ts';
import { hasCode } from '../errors.ts';
import type { Io } from './io.ts';

/** What the shared options say. */
export interface AppOptions {
  readonly config?: string;
  readonly store?: string;
  readonly postgres?: string;
  readonly data?: string;
  readonly concurrency?: number;
  readonly broker?: string;
  readonly redis?: string;
  readonly redisPassword?: string;
  readonly redisDb?: number;
  readonly json?: boolean;
  /** Of `worker` alone: names, by comma. */
  readonly queues?: string;
  readonly strict?: boolean;
  /** Of `leader` alone. */
  readonly smId?: string;
  /** Of `batch start` alone. */
  readonly resume?: boolean;
}

/** Adds the shared options to a command. */
export function withAppOptions(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration (default: millrace.config.ts of this folder)')
    .option('--store <driver>', 'where executions are kept: pglite, postgres, rds-data or memory')
    .option('--postgres <url>', 'the server: postgres://user:password@host:port/database')
    .option('--data <folder>', 'the folder of the embedded database')
    .option('--broker <driver>', 'where tasks queue: memory, redis or sqs')
    .option('--redis <place>', 'the Redis: a URL, or host:port')
    .option('--redis-password <text>', 'its password; REDIS_PASSWORD shows it to fewer people')
    .option('--redis-db <n>', 'the number of its database', databaseNumber)
    .option('--json', 'print one JSON document instead of text');
}

/** Adds how much is done at once, to a command that runs executions itself. */
export function withConcurrency(command: Command): Command {
  return command.option('--concurrency <n>', 'executions that run at once', wholeNumber);
}

/** Adds them to a command that serves queues, whose driver may be called `--queue` there. */
export function withServingOptions(command: Command): Command {
  return withAppOptions(command)
    .option('--queue <driver>', 'the same as --broker')
    .on('option:queue', (driver: string) => command.setOptionValue('broker', driver));
}

/** What the shared options overrule. */
export function flagsOf(options: AppOptions): FlagSettings {
  const { store, postgres, data, concurrency, broker, redis, redisPassword, redisDb } = options;
  const { queues, strict, smId } = options;
  return {
    ...(broker !== undefined && { queueDriver: broker }),
    ...(redis !== undefined && { redisUrl: redis }),
    ...(redisPassword !== undefined && { redisPassword }),
    ...(redisDb !== undefined && { redisDatabase: redisDb }),
    ...(queues !== undefined && { servedQueues: queues.split(',') }),
    ...(strict !== undefined && { strictPriority: strict }),
    ...(smId !== undefined && { machineId: smId }),
    ...(store !== undefined && { store }),
    ...(postgres !== undefined && { postgresUrl: postgres }),
    ...(data !== undefined && { data }),
    ...(concurrency !== undefined && { concurrency }),
  };
}

/** The options that were given to reach the app, as they would be typed; '' when none was. */
export function reachText({ config, store, postgres, data }: AppOptions): string {
  const given = Object.entries({ config, store, data }).flatMap(([name, value]) =>
    value === undefined ? [] : [` --${name} ${value}`],
  );
  // A URL may hold a password, and a summary is kept in logs.
  return given.join('') + (postgres === undefined ? '' : ' --postgres …');
}

/** The configuration that the options name; an `optional` one that is not there has no machines. */
export async function loadAppConfig(
  io: Io,
  command: Command,
  need: 'needed' | 'optional',
): Promise<Pick<LoadedConfig, 'config' | 'folder'>> {
  const { config } = command.opts<AppOptions>();
  try {
    return await loadConfig(config, io.folder);
  } catch (error) {
    const isAbsent = hasCode(error, 'FILE_NOT_READABLE') && config === undefined;
    if (need === 'needed' || !isAbsent) throw error;
    return { config: { machines: {} }, folder: io.folder };
  }
}

/** Opens the app, hands it to `use` and closes it whatever happens. */
export function withApp<Result>(
  io: Io,
  command: Command,
  use: (app: Millrace) => Promise<Result>,
): Promise<Result> {
  return openAndUse(io, command, 'needed', use);
}

/** How long `--resume` waits for a process that was killed by halves and still is at work. */
const resumeWaitMs = 60_000;

/** The same for commands that only look at what is stored: they do without a configuration. */
export function inspectApp<Result>(
  io: Io,
  command: Command,
  use: (app: Millrace) => Promise<Result>,
): Promise<Result> {
  return openAndUse(io, command, 'optional', use);
}

async function openAndUse<Result>(
  io: Io,
  command: Command,
  need: 'needed' | 'optional',
  use: (app: Millrace) => Promise<Result>,
): Promise<Result> {
  const { config, folder } = await loadAppConfig(io, command, need);
  const options = command.opts<AppOptions>();
  const lockWaitMs = options.resume ? resumeWaitMs : 0;
  const app = await openMillrace({ config, folder, flags: flagsOf(options), lockWaitMs });
  try {
    return await use(app);
  } finally {
    await app.close();
  }
}

function databaseNumber(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`expected the number of a database, 0 and up; found '${text}'`);
}

/** A whole number of at least 1, for options. */
export function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`expected a whole number of at least 1; found '${text}'`);
}

/** A whole number of at least 0, for options. */
export function countOption(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`expected a whole number of at least 0; found '${text}'`);
}
