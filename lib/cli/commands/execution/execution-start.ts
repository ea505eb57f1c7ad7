/** The command `millrace execution start`. */
import { Command } from 'commander';
import { withExamples } from '../../examples.ts';
import { exitStatus } from '../../failure.ts';
import { type Fail, type Io, jsonLines, printJson, printLines } from '../../io.ts';
import { type AppOptions, withAppOptions, withConfiguredApp } from '../../options/app-options.ts';
import { type LabelOptions, withLabels } from '../../options/label-option.ts';
import { readJsonTextOption } from '../../options/read-json-option.ts';

interface StartOptions extends AppOptions, LabelOptions {
  readonly input: string;
  readonly name?: string;
  readonly priority?: string;
  readonly wait?: boolean;
}

/** Creates the command; with `--wait` it fails when the execution does. */
export function executionStartCommand(io: Io, fail: Fail): Command {
  const command = new Command('start')
    .description('start an execution for the workers; it is not retried when it fails')
    .argument('<machine>', 'a machine of the configuration')
    .option('--input <json>', 'the input: JSON, @file, or - for standard input', '{}')
    .option('--name <name>', 'name that starts it once, however often it is started')
    .option('--priority <queue>', 'the queue (default: default)')
    .option('--wait', 'wait for its end and print its output');
  withLabels(command, 'a label by which it is found');
  withExamples(withAppOptions(command), {
    'millrace execution start order --name A-7 --input \'{"id": 7}\'': 'start an execution',
    'millrace execution start order --input @order.json --wait': 'start one, and print its output',
  });
  return command.action((machineId: string, options: StartOptions) =>
    withConfiguredApp(io, command, async ({ executions }) => {
      const { name, priority, wait, label } = options;
      const started = await executions.start({
        machineId,
        input: await readJsonTextOption(io, '--input', options.input),
        ...(name !== undefined && { name }),
        ...(priority !== undefined && { priority }),
        ...(label !== undefined && { labels: label }),
      });
      if (!wait) {
        const fate = started.created ? 'is started' : 'exists already, and was not started again';
        if (options.json) printJson(io, started);
        else printLines(io, [`${started.executionId} ${fate}`]);
        return;
      }
      await executions.wait(started.executionId, { signal: io.interrupted });
      const execution = await executions.get(started.executionId);
      const { status, error, cause, output } = execution;
      if (options.json) printJson(io, execution);
      else if (status === 'SUCCEEDED') printLines(io, jsonLines(output));
      else printLines(io, [`${execution.id} ${status}: ${error ?? ''}`, ...(cause ? [cause] : [])]);
      if (io.interrupted.aborted) fail(exitStatus.interrupted);
      else if (status !== 'SUCCEEDED') fail(exitStatus.workFailed);
    }),
  );
}
