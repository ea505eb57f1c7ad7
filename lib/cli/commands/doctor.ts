/** `millrace doctor`: what is wrong with the program, its database and its queues, and the mend. */
import { Command } from 'commander';
import { diagnose } from '../../doctor/diagnose.ts';
import type { Finding, Verdict } from '../../doctor/finding.ts';
import { type AppOptions, flagsOf, withAppOptions } from '../app-options.ts';
import { exitStatus } from '../failure.ts';
import { type Io, printJson } from '../io.ts';

/** The command; `fail` is given the exit status when something is broken. */
export function doctorCommand(io: Io, fail: (status: number) => void): Command {
  const command = new Command('doctor').description(
    'look for what is wrong with the configuration, the database and the queues',
  );
  return withAppOptions(command).action(async (options: AppOptions) => {
    const { config } = options;
    const looking = diagnose({
      ...(config !== undefined && { file: config }),
      folder: io.folder,
      flags: flagsOf(options),
    });
    const findings: Finding[] = [];
    for await (const finding of looking) {
      findings.push(finding);
      if (!options.json) io.stdout.write(findingText(finding));
    }
    const count = (verdict: Verdict) => findings.filter((each) => each.verdict === verdict).length;
    const totals = { broken: count('broken'), warnings: count('warning') };
    if (options.json) printJson(io, { ...totals, findings });
    else io.stdout.write(`\n${totals.broken} broken, ${totals.warnings} to look at\n`);
    if (totals.broken > 0) fail(exitStatus.workFailed);
  });
}

const marks: Readonly<Record<Verdict, string>> = { ok: '✓', warning: '!', broken: '✗' };

/** Columns of the name of a check. */
const nameWidth = 24;

function findingText({ check, verdict, found, mend }: Finding): string {
  const indent = ' '.repeat(nameWidth + 3);
  const lines = [...found.split('\n'), ...(mend === null ? [] : [`→ ${mend}`])];
  return `${marks[verdict]} ${check.padEnd(nameWidth)} ${lines.join(`\n${indent}`)}\n`;
}
