/** `millrace rehearse`: runs here what `cdk deploy` would deploy, and says what was shown. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { countOption, wholeNumber } from '../lib/cli/app-options.ts';
import { exitStatus } from '../lib/cli/failure.ts';
import type { Io } from '../lib/cli/io.ts';
import { MillraceError, messageOf } from '../lib/errors.ts';
import type { RehearsalReport } from './report/report.ts';

interface RehearseOptions {
  readonly config?: string;
  readonly app?: string;
  readonly output: string;
  readonly batch?: readonly string[];
  readonly quick?: boolean;
  readonly speed?: number;
  readonly latency?: number;
  readonly processes?: number;
  readonly synth: boolean;
  readonly json?: string;
}

/** The command; `fail` is given the exit status when something went wrong. */
export function rehearseCommand(io: Io, fail: (status: number) => void): Command {
  return new Command('rehearse')
    .description('run here what cdk deploy would deploy, and report what works and what does not')
    .option('--config <file>', 'the configuration (default: millrace.config.ts of this folder)')
    .option('--app <command>', "the command that synthesises (default: cdk.json's app)")
    .option('--output <folder>', 'where the templates are', 'cdk.out')
    .option('--no-synth', 'rehearse the templates that are there')
    .option(
      '--batch <name>',
      'a batch to run; may be said again (default: all with a trigger)',
      add,
    )
    .option('--quick', 'leave out the faults in the midst of a batch, which take minutes')
    .option('--speed <n>', "times faster go a schedule's minutes (default: 15)", wholeNumber)
    .option('--latency <ms>', 'what a call of the Data API takes (default: 0)', countOption)
    .option('--processes <n>', 'processes of a function at once (default: 2)', wholeNumber)
    .option('--json <file>', 'write the report to a file, too')
    .action(async (options: RehearseOptions) => {
      const report = await run(io, options);
      if (options.json !== undefined) await writeReport(resolve(io.folder, options.json), report);
      if (!report.passed) fail(exitStatus.workFailed);
    });
}

/** Everything that only a rehearsal needs is loaded when there is one. */
async function run(io: Io, options: RehearseOptions): Promise<RehearsalReport> {
  const { rehearse } = await import('./rehearse.ts');
  const { synthesise } = await import('./synthesise.ts');
  const { reportText, stepText } = await import('./report/report-text.ts');
  const { config, app, output, batch, quick, speed, latency, processes } = options;
  const folder = io.folder;
  const given = { folder, ...(config !== undefined && { config }) };
  const assembly = options.synth
    ? await synthesise({ ...given, output, ...(app !== undefined && { app }) })
    : resolve(folder, output);
  const report = await rehearse({
    ...given,
    assembly,
    interrupted: io.interrupted,
    ...(batch !== undefined && { batches: batch }),
    ...(quick !== undefined && { quick }),
    ...(speed !== undefined && { speed }),
    ...(latency !== undefined && { latencyMs: latency }),
    ...(processes !== undefined && { processesMax: processes }),
    onStep: (step) => io.stdout.write(`${stepText(step)}\n`),
  });
  io.stdout.write(reportText(report));
  return report;
}

function add(name: string, before: readonly string[] = []): string[] {
  if (name === '') throw new InvalidArgumentError('expected the name of a batch');
  return [...before, name];
}

async function writeReport(path: string, report: RehearsalReport): Promise<void> {
  try {
    await writeFile(path, `${JSON.stringify(report, null, 2)}\n`);
  } catch (cause) {
    const message = `cannot write the report to ${path}: ${messageOf(cause)}`;
    throw new MillraceError('FILE_NOT_WRITABLE', message, { cause, fields: { path } });
  }
}
