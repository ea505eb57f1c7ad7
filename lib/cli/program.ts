/** The command line: all commands. Each group of commands is one file in `commands/`. */
import { Command, CommanderError } from 'commander';
import { version } from '../config/version.ts';
import { allCommands } from './all-commands.ts';
import { badArgument, exitStatus, reportFailure } from './failure.ts';
import type { Fail, Io } from './io.ts';

/** Creates a command. It calls `fail` with its exit status when it fails without throwing. */
export type CommandFactory = (io: Io, fail: Fail) => Command;

/**
 * Runs one call of the command line and returns its exit status: 0 success, 1 the work failed, 2
 * the call was wrong, 130 interrupted.
 * @param words the arguments after `millrace`
 * @param others commands that are not part of the library
 */
export async function runCli(
  io: Io,
  words: readonly string[],
  others: readonly CommandFactory[] = [],
): Promise<number> {
  let status: number = exitStatus.done;
  const fail: Fail = (failed) => {
    status = failed;
  };
  const program = createProgram(io, fail, others);
  try {
    await program.parseAsync(withMode(words), { from: 'user' });
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

/** Creates the program with all of its commands. */
export function createProgram(io: Io, fail: Fail, others: readonly CommandFactory[]): Command {
  const program = new Command('millrace')
    .description('Runs Amazon States Language workflows as large batches on queues.')
    .version(version)
    .showHelpAfterError('(run with --help for usage)')
    .addHelpText('after', '\n--mode leader, worker or dev is the same as that command.');
  for (const command of allCommands(io, fail)) program.addCommand(command);
  for (const create of others) program.addCommand(create(io, fail));
  for (const command of everyCommand(program)) {
    command.exitOverride();
    command.configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
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
