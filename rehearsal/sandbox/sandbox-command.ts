/** The command `millrace sandbox`. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { machineClock } from '../../lib/app/machine-clock.ts';
import { listKnown } from '../../lib/asl/known-names.ts';
import { withExamples } from '../../lib/cli/examples.ts';
import { exitStatus } from '../../lib/cli/failure.ts';
import type { Fail, Io } from '../../lib/cli/io.ts';
import { readEnv } from '../../lib/config/env.ts';
import { describeApp } from '../../lib/config/loading/describe-app.ts';
import { MillraceError } from '../../lib/errors.ts';
import type { SandboxCloud } from './sandbox-cloud.ts';

interface SandboxCommandOptions {
  readonly config: string;
  readonly name: string;
  readonly batch?: string;
  readonly aws?: boolean;
  readonly keep?: boolean;
  readonly report: string;
}

/** Creates the command, whose exit status tells whether every step has passed. */
export function sandboxCommand(io: Io, fail: Fail): Command {
  const command = new Command('sandbox')
    .summary('deploy, run, upgrade and delete the app, checking each step')
    .description(
      'deploy, start a batch, change a queue, migrate, roll back and delete everything, checking ' +
        'each step; in a rehearsal on this machine, or with --aws in the account of the credentials',
    )
    .option('--aws', 'use the account: it takes about an hour and costs less than $2')
    .option('--config <file>', 'configuration file', 'millrace.config.ts')
    .option('--name <name>', 'prefix of the names of the stacks', 'millrace-sandbox')
    .option('--batch <name>', 'batch to run (default: the first)')
    .option('--keep', 'delete nothing at the end')
    .option('--report <file>', 'where the report is written', 'sandbox-report.md');
  withExamples(command, {
    'millrace sandbox': 'the whole evening in a rehearsal, in a few minutes',
    'millrace sandbox --aws': 'the evening in the account of the credentials',
  });
  return command.action(async (options: SandboxCommandOptions) => {
    const { runSandbox } = await import('./run-sandbox.ts');
    const { formatSandboxReport } = await import('./sandbox-report.ts');
    const { formatStep } = await import('../report/report-text.ts');
    const batch = await chooseBatch(io, options);
    const cloud = await openCloud(io, options);
    try {
      const report = await runSandbox({
        cloud,
        batch,
        clock: machineClock,
        keeps: options.keep ?? false,
        interrupted: io.interrupted,
        onStep: (step) => io.stdout.write(`${formatStep(step)}\n`),
      });
      const text = formatSandboxReport(report);
      writeFileSync(resolve(io.folder, options.report), text);
      io.stdout.write(`\n${text}\nwritten to ${options.report}, to be pasted into an issue\n`);
      if (io.interrupted.aborted) throw interrupted(options);
      if (!report.passed) fail(exitStatus.workFailed);
    } finally {
      await cloud.close();
    }
  });
}

function interrupted({ keep }: SandboxCommandOptions): MillraceError {
  const end = keep === true ? 'what is deployed was kept' : 'what was deployed is deleted';
  return new MillraceError('STOPPED', `the sandbox was interrupted: ${end}`);
}

async function openCloud(io: Io, options: SandboxCommandOptions): Promise<SandboxCloud> {
  const { folder, interrupted } = io;
  const { name, aws } = options;
  const config = resolve(folder, options.config);
  const shared = { name, folder, config, clock: machineClock };
  if (aws !== true) {
    const { RehearsedCloud } = await import('./rehearsed-cloud.ts');
    const postgresUrl = readEnv().postgresUrl ?? null;
    const output = 'cdk.out/sandbox';
    return new RehearsedCloud({ ...shared, output, postgresUrl, interrupted });
  }
  const { AwsCloud } = await import('./aws-cloud.ts');
  const { commandsIn } = await import('./run-command.ts');
  const [, program = ''] = process.argv;
  return new AwsCloud({ ...shared, millrace: [program], run: commandsIn(folder) });
}

/** A batch that does not exist would be noticed only after a deploy. */
async function chooseBatch(
  { folder }: Io,
  { config, batch }: SandboxCommandOptions,
): Promise<string> {
  const { batches } = await describeApp(config, folder);
  const names = batches.map(({ name }) => name);
  const [first] = names;
  if (batch !== undefined && names.length > 0) {
    if (names.includes(batch)) return batch;
    const known = listKnown(batch, names);
    throw new MillraceError('INVALID_CONFIGURATION', `no batch is named '${batch}'; ${known}`);
  }
  if (first !== undefined) return first;
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `${config} has no batch, and the sandbox runs one: add it to \`batches\``,
  );
}
