/** The printed report of a rehearsal: steps, resources, statistics, and at last the first cause. */
import type { FunctionReport, RehearsalReport, ResourceReport, StepReport } from './report.ts';

const stepMarks: Readonly<Record<StepReport['verdict'], string>> = {
  passed: '✓',
  failed: '✗',
  skipped: '-',
};

/** Formats the line that is printed when a step has ended. */
export function formatStep({ name, verdict, reason, seconds }: StepReport): string {
  return `${stepMarks[verdict]} ${name} (${seconds.toFixed(1)} s): ${reason}`;
}

/** Formats everything that is printed after the steps. */
export function formatReport(report: RehearsalReport): string {
  const { steps, resources, functions, unusedPermissions, differences, database } = report;
  const calls = Object.entries(report.calls).sort(([, a], [, b]) => b - a);
  return [
    ...section('Resources', resourceLines(resources)),
    ...section('Functions', functions.map(functionLine)),
    ...section('Calls', [
      ...calls.map(([action, count]) => `${action} ${number(count)}`),
      `Data API: ${number(database.calls)} calls, ${number(database.meteredUnits)} billed units`,
    ]),
    ...section(
      'Permissions that no call needed',
      unusedPermissions.map(
        ({ role, statement, actions }) => `${role}: ${statement} (${actions.join(', ')})`,
      ),
    ),
    ...section('Differences from AWS', differences),
    ...section('Problems', report.problems),
    verdictLines(report, steps),
    '',
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function verdictLines(report: RehearsalReport, steps: readonly StepReport[]): string {
  const count = (verdict: StepReport['verdict']) =>
    steps.filter((step) => step.verdict === verdict).length;
  const counts = `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`;
  const duration = `${report.seconds.toFixed(0)} s`;
  if (report.passed) return `\nThe rehearsal passed: ${counts}, ${duration}`;
  return `\nThe rehearsal failed: ${counts}, ${duration}\nFirst cause: ${report.firstCause}`;
}

/** One line for each exercised or checked resource, and one for each type of the others. */
function resourceLines(resources: readonly ResourceReport[]): string[] {
  const shown = resources.filter(({ verdict }) => verdict !== 'not exercised');
  const lines = shown.map(
    ({ id, type, verdict, how }) => `${resourceMarks[verdict]} ${id} (${type}): ${how.join('; ')}`,
  );
  const others = Map.groupBy(
    resources.filter(({ verdict }) => verdict === 'not exercised'),
    ({ type, how }) => `${type}: ${how.join('; ')}`,
  );
  const otherLines = [...others].map(([what, each]) => `- ${each.length} × ${what}`);
  return [...lines, ...otherLines];
}

const resourceMarks: Readonly<Record<ResourceReport['verdict'], string>> = {
  exercised: '✓',
  checked: '·',
  'not exercised': '-',
};

function functionLine({ name, memoryMb, stats }: FunctionReport): string {
  const { invocations, errors, throttles, coldStarts, initMs, firstMs } = stats;
  const memory = `${Math.round(stats.peakMemoryMb)} of ${memoryMb} MB`;
  return (
    `${name}: ${number(invocations)} invocations, ${errors} errors, ${throttles} throttles, ` +
    `${coldStarts} cold starts (init ${median(initMs)} ms, first invocation ` +
    `${median(firstMs)} ms), ${memory}`
  );
}

/** Rounded to a whole number; '–' when there are no values. */
function median(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  return middle === undefined ? '–' : Math.round(middle).toString();
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
