/** The commands `millrace task-token success | failure | heartbeat`. */
import { Command } from 'commander';
import type { Millrace } from '../../app/millrace.ts';
import { type Examples, withExamples } from '../examples.ts';
import { type Io, printJson, printLines } from '../io.ts';
import { type AppOptions, withApp, withAppOptions } from '../options/app-options.ts';
import { readJsonOption } from '../options/read-json-option.ts';

/** Creates the commands. */
export function taskTokenCommand(io: Io): Command {
  return new Command('task-token')
    .description('answer Tasks that wait for a task token')
    .addCommand(successCommand(io))
    .addCommand(failureCommand(io))
    .addCommand(heartbeatCommand(io));
}

function successCommand(io: Io): Command {
  const command = new Command('success')
    .description("end a Task with an output (AWS's SendTaskSuccess)")
    .option('--output <json>', 'the output: JSON, @file, or - for standard input', '{}');
  const examples = {
    'millrace task-token success TOKEN --output \'{"approved": true}\'': 'end the Task',
  };
  const send = async ({ taskTokens }: Millrace, token: string, options: { output: string }) => {
    await taskTokens.sendSuccess(token, await readJsonOption(io, '--output', options.output));
  };
  return withAnswer(io, command, examples, send);
}

interface FailureOptions {
  readonly error?: string;
  readonly cause?: string;
}

function failureCommand(io: Io): Command {
  const command = new Command('failure')
    .description("end a Task with an error (AWS's SendTaskFailure)")
    .option('--error <name>', 'the error, which Retry and Catch match')
    .option('--cause <text>', 'the cause, for humans');
  const examples = {
    "millrace task-token failure TOKEN --error Refused --cause 'over the limit'": 'fail the Task',
  };
  const send = ({ taskTokens }: Millrace, token: string, { error, cause }: FailureOptions) =>
    taskTokens.sendFailure(token, {
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause }),
    });
  return withAnswer(io, command, examples, send);
}

function heartbeatCommand(io: Io): Command {
  const command = new Command('heartbeat').description(
    "report that the work of a Task is alive (AWS's SendTaskHeartbeat)",
  );
  const examples = { 'millrace task-token heartbeat TOKEN': 'keep the Task from timing out' };
  return withAnswer(io, command, examples, ({ taskTokens }, token) =>
    taskTokens.sendHeartbeat(token),
  );
}

/** Completes a command that takes a token and sends an answer. */
function withAnswer<Options>(
  io: Io,
  command: Command,
  examples: Examples,
  send: (app: Millrace, token: string, options: Options) => Promise<void>,
): Command {
  withExamples(withAppOptions(command.argument('<token>', 'the task token')), examples);
  return command.action((token: string, options: Options & AppOptions) =>
    withApp(io, command, async (app) => {
      await send(app, token, options);
      if (options.json) printJson(io, { accepted: true });
      else printLines(io, ['accepted']);
    }),
  );
}
