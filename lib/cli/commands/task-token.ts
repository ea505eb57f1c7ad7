/** `millrace task-token succeed | fail | heartbeat`: answers to Tasks that wait for their token. */
import { Command } from 'commander';
import type { Millrace } from '../../app/millrace.ts';
import { type AppOptions, inspectApp, withAppOptions } from '../app-options.ts';
import { type Io, printJson, printLines } from '../io.ts';
import { readJsonOption } from '../json-option.ts';

/** The commands. */
export function taskTokenCommand(io: Io): Command {
  return new Command('task-token')
    .description('answer Tasks that wait for an answer from outside')
    .addCommand(succeedCommand(io))
    .addCommand(failCommand(io))
    .addCommand(heartbeatCommand(io));
}

function succeedCommand(io: Io): Command {
  const command = new Command('succeed')
    .description("end the Task with an output (AWS's SendTaskSuccess)")
    .option('--output <json>', 'the output: JSON, @file, or - for standard input', '{}');
  return answering(io, command, async (app, token, { output }: { output: string }) => {
    await app.sendTaskSuccess(token, await readJsonOption(io, '--output', output));
  });
}

function failCommand(io: Io): Command {
  const command = new Command('fail')
    .description("end the Task with an error (AWS's SendTaskFailure)")
    .option('--error <name>', 'what Retry and Catch match')
    .option('--cause <text>', 'what people read');
  type FailOptions = { readonly error?: string; readonly cause?: string };
  return answering(io, command, (app, token, { error, cause }: FailOptions) =>
    app.sendTaskFailure(token, {
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause }),
    }),
  );
}

function heartbeatCommand(io: Io): Command {
  const command = new Command('heartbeat').description(
    "tell that its work goes on (AWS's SendTaskHeartbeat)",
  );
  return answering(io, command, (app, token) => app.sendTaskHeartbeat(token));
}

/** A command that is given a token, and says that what it did was taken. */
function answering<Options>(
  io: Io,
  command: Command,
  answer: (app: Millrace, token: string, options: Options) => Promise<void>,
): Command {
  command.argument('<token>', 'the task token');
  return withAppOptions(command).action((token: string, options: Options & AppOptions) =>
    inspectApp(io, command, async (app) => {
      await answer(app, token, options);
      if (options.json) printJson(io, { accepted: true });
      else printLines(io, ['accepted']);
    }),
  );
}
