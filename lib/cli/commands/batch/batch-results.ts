/** The command `millrace batch results`. */
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { Millrace } from '../../../app/millrace.ts';
import { isObjectUrl } from '../../../batch/object-url.ts';
import {
  type ResultFormat,
  resultFormatOf,
  resultFormats,
} from '../../../batch/results/result-format.ts';
import { type ExecutionStatus, executionStatuses } from '../../../engine/status.ts';
import { withExamples } from '../../examples.ts';
import { exitStatus } from '../../failure.ts';
import { type Fail, type Io, printJson, printNote } from '../../io.ts';
import { type AppOptions, withApp, withAppOptions } from '../../options/app-options.ts';
import { control } from '../../terminal/safe-output.ts';

interface ResultsOptions extends AppOptions {
  readonly format?: ResultFormat;
  readonly output?: string;
  readonly status?: readonly ExecutionStatus[];
}

/** Creates the command. */
export function batchResultsCommand(io: Io, fail: Fail): Command {
  const command = new Command('results')
    .description(
      'write the input, the output and the error of each item of a batch, in their order',
    )
    .argument('<batch>', "the batch's id, its name, or 'latest'")
    .addOption(
      new Option(
        '--format <format>',
        'JSON Lines, CSV, or one JSON array (default: by the ending of --output, or jsonl)',
      ).choices(resultFormats),
    )
    .option('--output <file>', 'a file, or s3://BUCKET/KEY (default: standard output)')
    .addOption(
      new Option('--status <status...>', 'only in one of these statuses').choices(
        executionStatuses,
      ),
    );
  withExamples(withAppOptions(command), {
    'millrace batch results latest | jq .output': 'print the results of the newest batch',
    'millrace batch results orders --output orders.csv': 'write those of a name as CSV',
    'millrace batch results orders --status FAILED TIMED_OUT --format csv':
      'print what failed, and why',
  });
  return command.action((ref: string, options: ResultsOptions) =>
    withApp(io, command, async (app) => {
      const { output, format = resultFormatOf(output) } = options;
      if (output !== undefined)
        return await writeFile(io, app, ref, { ...options, output, format });
      const isWhole = await printResults(io, app, ref, { ...options, format });
      if (!isWhole) fail(exitStatus.interrupted);
    }),
  );
}

async function writeFile(
  io: Io,
  { batches }: Millrace,
  ref: string,
  { output, format, status, json }: ResultsOptions & { output: string; format: ResultFormat },
): Promise<void> {
  const written = await batches.writeResults(ref, {
    output: isObjectUrl(output) ? output : resolve(io.folder, output),
    format,
    signal: io.interrupted,
    ...(status !== undefined && { statuses: status }),
  });
  if (json) printJson(io, written);
  else printNote(io, `${written.items} results are in ${written.output} (${written.bytes} bytes)`);
}

/** Returns false when it was interrupted, or the reader of a pipe has gone. */
async function printResults(
  io: Io,
  { batches }: Millrace,
  ref: string,
  { format, status }: ResultsOptions & { format: ResultFormat },
): Promise<boolean> {
  const pieces = batches.printResults(ref, {
    format,
    ...(status !== undefined && { statuses: status }),
  });
  for await (const { text } of pieces) {
    if (io.interrupted.aborted) return false;
    await writeText(io, format === 'csv' ? printable(io, text) : text);
  }
  return true;
}

/**
 * Returns CSV as it is for a file or another program. JSON has escapes of its own for control
 * characters, and CSV has none: a terminal is shown those of the command line.
 */
function printable({ stdout }: Io, csv: string): string {
  return stdout.isTTY === true ? csv.replaceAll('\r\n', '\n') : control(csv);
}

/** Writes to stdout no faster than it is read. */
async function writeText({ stdout, interrupted }: Io, text: string): Promise<void> {
  if (stdout.write(text) !== false) return;
  try {
    await stdout.drained?.(interrupted);
  } catch (error) {
    if (!interrupted.aborted) throw error;
  }
}
