/** The command line: all commands. Each group of commands is one file in `commands/`. */
import { Command, CommanderError } from 'commander';
import { version } from '../config/version.ts';
import { activityCommand } from './commands/activity.ts';
import { archiveCommand } from './commands/archive.ts';
import { batchCommand } from './commands/batch.ts';
import { devCommand } from './commands/dev.ts';
import { doctorCommand } from './commands/doctor.ts';
import { executionCommand } from './commands/execution.ts';
import { leaderCommand } from './commands/leader.ts';
import { machineCommand } from './commands/machine.ts';
import { messageCommand } from './commands/message.ts';
import { queueCommand } from './commands/queue.ts';
import { runCommand } from './commands/run.ts';
import { taskCommand } from './commands/task.ts';
import { taskTokenCommand } from './commands/task-token.ts';
import { testStateCommand } from './commands/test-state.ts';
import { validateCommand } from './commands/validate.ts';
import { workerCommand } from './commands/worker.ts';
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
    .addHelpText('after', '\n--mode leader, worker or dev is the same as that command.')
    .addCommand(runCommand(io, fail))
    .addCommand(validateCommand(io, fail))
    .addCommand(testStateCommand(io, fail))
    .addCommand(batchCommand(io, fail))
    .addCommand(executionCommand(io, fail))
    .addCommand(taskCommand(io, fail))
    .addCommand(archiveCommand(io, fail))
    .addCommand(queueCommand(io))
    .addCommand(machineCommand(io))
    .addCommand(messageCommand(io))
    .addCommand(activityCommand(io))
    .addCommand(taskTokenCommand(io))
    .addCommand(leaderCommand(io))
    .addCommand(workerCommand(io))
    .addCommand(devCommand(io))
    .addCommand(doctorCommand(io, fail));
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
