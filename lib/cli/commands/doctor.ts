/** The command `millrace doctor`. */
import { Command } from 'commander';
import { diagnose } from '../../doctor/diagnose.ts';
import type { Finding, Verdict } from '../../operations/diagnosis/finding.ts';
import { withExamples } from '../examples.ts';
import { exitStatus } from '../failure.ts';
import { type Fail, type Io, printJson } from '../io.ts';
import { type AppOptions, toSettingOverrides, withAppOptions } from '../options/app-options.ts';
import { findingText } from '../terminal/finding-text.ts';

/** Creates the command, whose exit status tells whether something is broken, or to be looked at. */
export function doctorCommand(io: Io, fail: Fail): Command {
  const command = new Command('doctor')
    .summary('check the configuration, the database and the queues')
    .description(
      'check the configuration, the database and the queues, and print problems with their remedies; ' +
        'the exit status is 0 when all is well, 1 when there is something to look at (!), 2 when ' +
        'something is broken (✗)',
    );
  withExamples(withAppOptions(command), {
    'millrace doctor --postgres postgres://millrace@db/orders --redis redis:6379':
      'check an app on PostgreSQL and Redis',
  });
  return command.action(async (options: AppOptions) => {
    const { config } = options;
    const findings: Finding[] = [];
    for await (const finding of diagnose({
      ...(config !== undefined && { file: config }),
      folder: io.folder,
      flags: toSettingOverrides(options),
    })) {
      findings.push(finding);
      if (!options.json) io.stdout.write(findingText(finding));
    }
    const count = (verdict: Verdict) => findings.filter((each) => each.verdict === verdict).length;
    const totals = { broken: count('broken'), warnings: count('warning') };
    if (options.json) printJson(io, { ...totals, findings });
    else io.stdout.write(`\n${totals.broken} broken, ${totals.warnings} warnings\n`);
    if (totals.broken > 0) fail(exitStatus.doctorBroken);
    else if (totals.warnings > 0) fail(exitStatus.doctorLook);
  });
}
