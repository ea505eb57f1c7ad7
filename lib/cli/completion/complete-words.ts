import type { Argument, Command, Option } from 'commander';

/** The kinds of names that an app's configuration has. */
export type NameKind = 'machine' | 'batch' | 'queue' | 'taskType' | 'activity';

/** A word that can follow, with what it means. */
export interface Completion {
  readonly word: string;
  readonly description: string;
}

/** The place in a call that a word is typed at. */
interface Place {
  readonly command: Command;
  /** The option whose value is typed; undefined for a word of its own. */
  readonly option: Option | undefined;
  /** Number of arguments before it. */
  readonly position: number;
}

/**
 * Returns what can follow, from the program's own tree: commands, options, choices, and names of
 * the app. Nothing where a file, or any text, is expected.
 * @param words those after the program's name; the last one is typed now, and may be empty
 */
export async function completeWords(
  program: Command,
  words: readonly string[],
  namesOf: (kind: NameKind) => Promise<readonly string[]>,
): Promise<Completion[]> {
  const typed = words.at(-1) ?? '';
  const place = findPlace(program, words.slice(0, -1));
  const found = await listCompletions(place, typed, namesOf);
  return found.filter(({ word }) => word.startsWith(typed));
}

function findPlace(program: Command, before: readonly string[]): Place {
  let command = program;
  let option: Option | undefined;
  let position = 0;
  for (const word of before) {
    if (option !== undefined) {
      option = undefined;
    } else if (word.startsWith('-')) {
      const found = command.options.find(({ long, short }) => long === word || short === word);
      option = found?.required ? found : undefined;
    } else {
      const next = command.commands.find((each) => each.name() === word);
      position = next === undefined ? position + 1 : 0;
      command = next ?? command;
    }
  }
  return { command, option, position };
}

async function listCompletions(
  { command, option, position }: Place,
  typed: string,
  namesOf: (kind: NameKind) => Promise<readonly string[]>,
): Promise<Completion[]> {
  const named = async (kind: NameKind | null) =>
    kind === null ? [] : toCompletions(await namesOf(kind), kind);
  if (option !== undefined) {
    return option.argChoices === undefined
      ? await named(kindOfOption(option))
      : toCompletions(option.argChoices, '');
  }
  if (typed.startsWith('-')) return listOptions(command);
  if (command.commands.length > 0) {
    return command.commands.map((each) => ({
      word: each.name(),
      description: each.summary() || each.description(),
    }));
  }
  const argument = argumentAt(command, position);
  if (argument === undefined) return listOptions(command);
  if (argument.argChoices !== undefined) return toCompletions(argument.argChoices, '');
  return await named(kindOfArgument(command, argument));
}

function toCompletions(words: readonly string[], description: string): Completion[] {
  return words.map((word) => ({ word, description }));
}

function listOptions(command: Command): Completion[] {
  const own = command.options.flatMap(({ long, description, hidden }) =>
    hidden || !long ? [] : [{ word: long, description }],
  );
  return [...own, { word: '--help', description: 'explain the command' }];
}

/** The last argument may be given many times. */
function argumentAt(command: Command, position: number): Argument | undefined {
  const { registeredArguments } = command;
  const last = registeredArguments.at(-1);
  return registeredArguments[position] ?? (last?.variadic ? last : undefined);
}

/** The kinds of names that options take, by their name. */
const optionKinds: Readonly<Record<string, NameKind>> = {
  '--machine': 'machine',
  '--machines': 'machine',
  '--queue': 'queue',
  '--queues': 'queue',
  '--priority': 'queue',
  '--batch': 'batch',
  '--type': 'taskType',
};

function kindOfOption({ long, description }: Option): NameKind | null {
  // Of processes, --queue is the driver of the queues.
  if (description.startsWith('the same as')) return null;
  return optionKinds[long ?? ''] ?? null;
}

/** The kinds of names that arguments take, by the group of the command and the argument. */
const argumentKinds: Readonly<Record<string, NameKind>> = {
  'batch name': 'batch',
  'batch batch': 'batch',
  'queue name': 'queue',
  'queue names': 'queue',
  'machine id': 'machine',
  'machine machine': 'machine',
  'task machine': 'machine',
  'execution machine': 'machine',
  'activity activity': 'activity',
  'activity name': 'activity',
};

function kindOfArgument(command: Command, argument: Argument): NameKind | null {
  return argumentKinds[`${command.parent?.name()} ${argument.name()}`] ?? null;
}
