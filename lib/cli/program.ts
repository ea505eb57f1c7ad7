/** The command line: all commands. Each group of commands is one file in `commands/`. */
import { Command, CommanderError } from 'commander';
import { findSimilar } from '../asl/known-names.ts';
import { version } from '../config/version.ts';
import { badArgument, exitStatus, reportFailure } from './failure.ts';
import type { Fail, Io } from './io.ts';
import { withSafeOutput } from './terminal/safe-output.ts';
import { allCommands, completionName } from './tree/all-commands.ts';
import { groupCommand, helpHeading } from './tree/command-groups.ts';
import type { CommandLoaders } from './tree/command-loaders.ts';

/**
 * Runs one call of the command line and returns its exit status: 0 success, 1 the work failed, 2
 * the call was wrong, 130 interrupted.
 * @param words the arguments after `millrace`
 * @param others commands that are not part of the library
 */
export async function runCli(
  surroundings: Io,
  words: readonly string[],
  others: CommandLoaders = {},
): Promise<number> {
  const io = withSafeOutput(surroundings);
  let status: number = exitStatus.done;
  const fail: Fail = (failed) => {
    status = failed;
  };
  try {
    const given = withMode(words);
    const isHelp = given[0] === 'help' && given.length > 1;
    const named = isHelp ? given.slice(1) : given;
    const program = await createProgram(io, fail, others, named[0]);
    await program.parseAsync(isHelp ? withHelp(program, named) : named, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitStatus.badCall;
    return reportFailure(io, error, words.includes('--json'));
  }
}

/** The commands that `--mode` may name. */
const modes: readonly string[] = ['leader', 'worker', 'dev'];

/** `--mode leader` is the command `leader`, and so on, as in other frameworks. */
function withMode(words: readonly string[]): string[] {
  const place = words.findIndex((word) => word === '--mode' || word.startsWith('--mode='));
  // After the name of a command it is an option of that command, and no command has it.
  if (place === -1 || !words[0]?.startsWith('-')) return [...words];
  const [, glued] = words[place]?.split('=', 2) ?? [];
  const mode = glued ?? words[place + 1] ?? '';
  if (!modes.includes(mode))
    badArgument(`--mode must be one of ${modes.join(', ')}; found '${mode}'`);
  const others = words.toSpliced(place, glued === undefined ? 2 : 1);
  return [mode, ...others];
}

/**
 * `help batch start` is `batch start --help`: a program's own help knows only its first level. A
 * word that names no command is parsed as one, which is refused.
 */
function withHelp(program: Command, named: readonly string[]): string[] {
  let command = program;
  for (const word of named) {
    if (command.commands.length === 0) break;
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) return [...named];
    command = next;
  }
  return [...named, '--help'];
}

const programHelp = `
--mode leader, worker or dev is the same as that command.

Examples:
  # write a small project into the folder shop
  millrace init shop
  # run a batch to its end, and print its figures
  millrace batch start orders
  # work on an app, with a dashboard
  millrace dev
  # explain a command
  millrace help batch start`;

/** Adds the choice that was probably meant to a message about one that does not exist. */
function withSuggestion(message: string): string {
  const [, given, list] = /'([^']*)' is invalid\. Allowed choices are (.*)\.$/m.exec(message) ?? [];
  if (given === undefined || list === undefined) return message;
  const meant = findSimilar(given, list.split(', '));
  return meant === null ? message : `${message.trimEnd()} (Did you mean ${meant}?)\n`;
}

/** Calls that concern no command. */
const versionFlags: readonly string[] = ['--version', '-V'];

/**
 * Creates the program with its commands.
 * @param others commands that are not part of the library
 * @param first the first word of the call, so that only the command that it names is loaded.
 * @default all commands are loaded
 */
export async function createProgram(
  io: Io,
  fail: Fail,
  others: CommandLoaders,
  first = '',
): Promise<Command> {
  const program = new Command('millrace')
    .description('Runs Amazon States Language workflows as large batches on queues.')
    .version(version)
    .commandsGroup(helpHeading)
    .helpCommand(true)
    .showHelpAfterError('(run with --help for usage)')
    .addHelpText('after', programHelp);
  const commands = { ...allCommands, ...others };
  // What can follow a word is known only to all of them.
  const named = Object.entries(commands).filter(
    ([name]) => name === first && name !== completionName,
  );
  const loaders = named.length > 0 ? named : Object.entries(commands);
  for (const [, load] of versionFlags.includes(first) ? [] : loaders) {
    const create = await load();
    program.addCommand(groupCommand(create(io, fail)));
  }
  for (const command of everyCommand(program)) {
    command.exitOverride();
    command.configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(withSuggestion(text)),
    });
  }
  return program;
}

/**
 * Returns a command and all of its subcommands: commands that are added do not inherit the settings
 * of output and exit.
 */
export function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}
