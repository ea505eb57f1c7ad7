/** A rehearsal's report for people: the first cause on top, then steps, resources and figures. */
import type { FunctionReport, RehearsalReport, ResourceReport, StepReport } from './report.ts';

const marks: Readonly<Record<StepReport['verdict'], string>> = {
  passed: '✓',
  failed: '✗',
  skipped: '-',
};

/** One line of a step, as it is printed when the step is over. */
export function stepText({ name, verdict, reason, seconds }: StepReport): string {
  return `${marks[verdict]} ${name} (${seconds.toFixed(1)} s): ${reason}`;
}

/** Everything behind the steps. */
export function reportText(report: RehearsalReport): string {
  const { steps, resources, functions, unusedPermissions, differences, database } = report;
  const calls = Object.entries(report.calls).sort(([, a], [, b]) => b - a);
  return [
    ...section('Resources', resourceLines(resources)),
    ...section('Functions', functions.map(functionText)),
    ...section('Calls', [
      ...calls.map(([action, count]) => `${action} ${number(count)}`),
      `Data API: ${number(database.calls)} calls, ${number(database.meteredUnits)} as billed`,
    ]),
    ...section(
      'Permissions that no call needed',
      unusedPermissions.map(
        ({ role, statement, actions }) => `${role}: ${statement} (${actions.join(', ')})`,
      ),
    ),
    ...section('Here otherwise than on AWS', differences),
    ...section('What went wrong', report.troubles),
    verdictText(report, steps),
    '',
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function verdictText(report: RehearsalReport, steps: readonly StepReport[]): string {
  const count = (verdict: StepReport['verdict']) =>
    steps.filter((step) => step.verdict === verdict).length;
  const counts = `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`;
  const took = `${report.seconds.toFixed(0)} s`;
  if (report.passed) return `\nThe rehearsal passed: ${counts}, ${took}`;
  return `\nThe rehearsal failed: ${counts}, ${took}\nFirst cause: ${report.firstCause}`;
}

/** The exercised ones a line each; those without a chance to be are told by type. */
function resourceLines(resources: readonly ResourceReport[]): string[] {
  const shown = resources.filter(({ verdict }) => verdict !== 'not exercised');
  const lines = shown.map(
    ({ id, type, verdict, how }) => `${marksOf[verdict]} ${id} (${type}): ${how.join('; ')}`,
  );
  const others = Map.groupBy(
    resources.filter(({ verdict }) => verdict === 'not exercised'),
    ({ type, how }) => `${type}: ${how.join('; ')}`,
  );
  const told = [...others].map(([what, each]) => `- ${each.length} × ${what}`);
  return [...lines, ...told];
}

const marksOf: Readonly<Record<ResourceReport['verdict'], string>> = {
  exercised: '✓',
  checked: '·',
  'not exercised': '-',
};

function functionText({ name, memoryMb, figures }: FunctionReport): string {
  const { invocations, errors, throttles, coldStarts, initMs, firstMs } = figures;
  const memory = `${Math.round(figures.peakMemoryMb)} of ${memoryMb} MB`;
  return (
    `${name}: ${number(invocations)} invocations, ${errors} errors, ${throttles} throttles, ` +
    `${coldStarts} cold starts (ready in ${median(initMs)} ms, first call ${median(firstMs)} ms), ` +
    memory
  );
}

/** The middle one, rounded; '–' of none. */
function median(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  return middle === undefined ? '–' : Math.round(middle).toString();
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
