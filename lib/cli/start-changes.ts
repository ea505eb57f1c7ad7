/** The options of `millrace batch start` that change the batch of the configuration. */
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { Json } from '../asl/json/json.ts';
import { isObjectUrl } from '../batch/object-url.ts';
import type { BatchChanges } from '../operations/batches/start-changes.ts';
import { momentOption } from './options/time-option.ts';

/** The parsed options. */
export interface StartChanges {
  readonly path?: string;
  readonly namePrefix?: string;
  readonly set?: Settings;
  readonly id?: string;
  readonly at?: number;
}

/** What `--set` was given. */
interface Settings {
  readonly values: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, Json>>;
}

/** Adds the options to a command. */
export function withStartChanges(command: Command): Command {
  return command
    .option('--path <file>', 'the file of its source, or s3://BUCKET/KEY; {date} is filled in')
    .option('--name-prefix <text>', 'names executions <text>-<index>; {date} is filled in')
    .option(
      '--set <key=value>',
      'the value of {key} in path and prefix; options.KEY=… an option; may be repeated',
      collectSetting,
    )
    .option('--id <id>', 'start it once for this id, such as a date; other arguments are refused')
    .option('--at <time>', 'the time whose date {date} stands for (default: now)', momentOption);
}

/** Returns the changes that the options ask for. @param folder where a relative path starts */
export function toBatchChanges(
  { path, namePrefix, set, id, at }: StartChanges,
  folder: string,
): BatchChanges {
  const { values = {}, options = {} } = set ?? {};
  return {
    ...(path !== undefined && { path: isObjectUrl(path) ? path : resolve(folder, path) }),
    ...(namePrefix !== undefined && { namePrefix }),
    ...(Object.keys(values).length > 0 && { values }),
    ...(Object.keys(options).length > 0 && { options }),
    ...(id !== undefined && { id }),
    ...(at !== undefined && { at }),
  };
}

const optionPrefix = 'options.';

function collectSetting(text: string, before: Settings | undefined): Settings {
  const { values = {}, options = {} } = before ?? {};
  const equals = text.indexOf('=');
  if (equals < 1) {
    throw new InvalidArgumentError(`expected KEY=VALUE, such as region=eu; found '${text}'`);
  }
  const [key, value] = [text.slice(0, equals), text.slice(equals + 1)];
  if (!key.startsWith(optionPrefix)) return { options, values: { ...values, [key]: value } };
  const name = key.slice(optionPrefix.length);
  return { values, options: { ...options, [name]: readValue(value) } };
}

/** JSON, or else a text: numbers and lists need no quotes, and neither do names of queues. */
function readValue(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
