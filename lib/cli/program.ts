/** The CLI: which commands there are. Each command is one file below `commands/`. */
import { Command, CommanderError } from 'commander';
import { version } from '../config/version.ts';
import { activityCommand } from './commands/activity.ts';
import { archiveCommand } from './commands/archive.ts';
import { batchCommand } from './commands/batch.ts';
import { devCommand } from './commands/dev.ts';
import { doctorCommand } from './commands/doctor.ts';
import { executionsCommand } from './commands/executions.ts';
import { leaderCommand } from './commands/leader.ts';
import { messageCommand } from './commands/message.ts';
import { queueCommand } from './commands/queue.ts';
import { runCommand } from './commands/run.ts';
import { taskCommand } from './commands/task.ts';
import { taskTokenCommand } from './commands/task-token.ts';
import { testStateCommand } from './commands/test-state.ts';
import { validateCommand } from './commands/validate.ts';
import { workerCommand } from './commands/worker.ts';
import { workersCommand } from './commands/workers.ts';
import { badArgument, exitStatus, reportFailure } from './failure.ts';
import type { Io } from './io.ts';

/** Creates a command; `fail` is given the exit status of one that failed without throwing. */
export type CommandFactory = (io: Io, fail: (status: number) => void) => Command;

/**
 * Runs one call of the CLI and answers its exit status: 0 done, 1 the work failed, 2 the call was
 * wrong.
 * @param words the words behind `millrace`
 * @param others commands that are not part of what ships to production
 */
export async function runCli(
  io: Io,
  words: readonly string[],
  others: readonly CommandFactory[] = [],
): Promise<number> {
  let status: number = exitStatus.done;
  const fail = (failed: number) => {
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

/** What may be said by `--mode`, too. */
const modes: readonly string[] = ['leader', 'worker', 'dev'];

/** `--mode leader` is the command `leader`, and so on: the words of other frameworks' users. */
function withMode(words: readonly string[]): string[] {
  const place = words.findIndex((word) => word === '--mode' || word.startsWith('--mode='));
  // Behind a command's name it is an option like any other, and there is none of this name.
  if (place === -1 || !words[0]?.startsWith('-')) return [...words];
  const [, glued] = words[place]?.split('=', 2) ?? [];
  const mode = glued ?? words[place + 1] ?? '';
  if (!modes.includes(mode)) badArgument(`--mode is one of ${modes.join(', ')}; found '${mode}'`);
  const others = words.toSpliced(place, glued === undefined ? 2 : 1);
  return [mode, ...others];
}

function createProgram(
  io: Io,
  fail: (status: number) => void,
  others: readonly CommandFactory[],
): Command {
  const program = new Command('millrace')
    .description('Runs Amazon States Language workflows as large batches on queues.')
    .version(version)
    .showHelpAfterError('(--help tells how to call it)')
    .addHelpText('after', '\n--mode leader, worker or dev is the same as that command.')
    .addCommand(runCommand(io, fail))
    .addCommand(validateCommand(io, fail))
    .addCommand(testStateCommand(io, fail))
    .addCommand(batchCommand(io, fail))
    .addCommand(executionsCommand(io))
    .addCommand(archiveCommand(io, fail))
    .addCommand(taskCommand(io, fail))
    .addCommand(taskTokenCommand(io))
    .addCommand(messageCommand(io))
    .addCommand(activityCommand(io))
    .addCommand(leaderCommand(io))
    .addCommand(workerCommand(io))
    .addCommand(devCommand(io))
    .addCommand(queueCommand(io))
    .addCommand(workersCommand(io))
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
 * A command and all below it: output and exit settings are not handed down to commands that are
 * added.
 */
function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}
