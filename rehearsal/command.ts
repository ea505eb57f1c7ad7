/** The command `millrace rehearse`. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { withExamples } from '../lib/cli/examples.ts';
import { exitStatus } from '../lib/cli/failure.ts';
import type { Io } from '../lib/cli/io.ts';
import { countOption, wholeNumber } from '../lib/cli/options/app-options.ts';
import { MillraceError, messageOf } from '../lib/errors.ts';
import type { RehearsalReport } from './report/report.ts';

interface RehearseOptions {
  readonly config?: string;
  readonly app?: string;
  readonly output: string;
  readonly batch?: readonly string[];
  readonly quick?: boolean;
  readonly all?: boolean;
  readonly rows?: number;
  readonly quota?: number;
  readonly previous?: string;
  readonly speed?: number;
  readonly latency?: number;
  readonly processes?: number;
  readonly synth: boolean;
  readonly json?: string;
}

/** Creates the command. `fail` is called with the exit status when the rehearsal fails. */
export function rehearseCommand(io: Io, fail: (status: number) => void): Command {
  const command = new Command('rehearse')
    .description('run on this machine what cdk deploy would deploy, and report what works')
    .option('--config <file>', 'configuration file (default: millrace.config.ts in this folder)')
    .option('--app <command>', 'command that synthesizes the app (default: app in cdk.json)')
    .option('--output <folder>', 'folder of the templates', 'cdk.out')
    .option('--no-synth', 'use the existing templates')
    .option(
      '--batch <name>',
      'batch to run, repeatable (default: all with a schedule or a trigger)',
      append,
    )
    .option('--quick', 'skip the injected faults, which take several minutes')
    .option('--all', 'read files of batches as a whole, and rehearse both settings of `retain`')
    .option(
      '--rows <n>',
      'lines of the files of batches that are read (default: 2000)',
      wholeNumber,
    )
    .option('--quota <n>', 'functions that the account may run at once (default: 10)', wholeNumber)
    .option('--previous <folder>', 'templates that are deployed now: show what an update does')
    .option('--speed <n>', 'run schedules n times faster than real time (default: 15)', wholeNumber)
    .option('--latency <ms>', 'latency of each Data API call (default: 0)', countOption)
    .option('--processes <n>', 'processes per function (default: 2)', wholeNumber)
    .option('--json <file>', 'also write the report to a file');
  withExamples(command, {
    'millrace rehearse --quick': 'rehearse the deployment in a few minutes',
    'millrace rehearse --batch orders --latency 20': 'rehearse one batch with a slower database',
    'millrace rehearse --previous deployed.out': 'show what an update of these templates would do',
  });
  return command.action(async (options: RehearseOptions) => {
    const report = await run(io, options);
    if (options.json !== undefined) await writeReport(resolve(io.folder, options.json), report);
    if (!report.passed) fail(exitStatus.workFailed);
  });
}

/** Loads the modules of the rehearsal only when one is run. */
async function run(io: Io, options: RehearseOptions): Promise<RehearsalReport> {
  const { rehearse } = await import('./rehearse.ts');
  const { synthesize } = await import('./synthesize.ts');
  const { formatReport, formatStep } = await import('./report/report-text.ts');
  const { config, app, output, batch, quick, speed, latency, processes, quota } = options;
  const folder = io.folder;
  const location = { folder, ...(config !== undefined && { config }) };
  const assembly = options.synth
    ? await synthesize({ ...location, output, ...(app !== undefined && { app }) })
    : resolve(folder, output);
  const report = await rehearse({
    ...location,
    assembly,
    ...(await furtherOptions(folder, options)),
    ...(quota !== undefined && { quota }),
    interrupted: io.interrupted,
    ...(batch !== undefined && { batches: batch }),
    ...(quick !== undefined && { quick }),
    ...(speed !== undefined && { speed }),
    ...(latency !== undefined && { latencyMs: latency }),
    ...(processes !== undefined && { processesMax: processes }),
    onStep: (step) => io.stdout.write(`${formatStep(step)}\n`),
  });
  io.stdout.write(formatReport(report));
  return report;
}

/** Options that decide how much is rehearsed. */
async function furtherOptions(
  folder: string,
  { all = false, rows, previous, synth, config, app, output }: RehearseOptions,
) {
  const { synthesize } = await import('./synthesize.ts');
  const further = {
    ...(rows !== undefined && { rows }),
    ...(all && { rows: null }),
    ...(previous !== undefined && { previous }),
  };
  if (!all || !synth) return further;
  const otherRetention = await synthesize({
    folder,
    ...(config !== undefined && { config }),
    ...(app !== undefined && { app }),
    output: `${output}/other-retention`,
    context: { retain: 'opposite' },
  });
  return { ...further, otherRetention };
}

function append(name: string, before: readonly string[] = []): string[] {
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
