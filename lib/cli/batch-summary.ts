import type { BatchReport } from '../operations/batch-report.ts';

/** The standard fields of a report; all others are the app's own. */
const known = new Set([
  'batchId',
  'name',
  'status',
  'reason',
  'parentExecutionId',
  'total',
  'succeeded',
  'failed',
  'archived',
  'seconds',
  'executionsPerSecond',
  'durationMs',
  'byError',
  'byPriority',
]);

/**
 * Formats the figures of a batch, with the commands that come next.
 * @param where describes the store
 * @param flags the options that reach the store, appended to the commands
 */
export function batchSummary(report: BatchReport, where: string, flags = ''): string {
  const reason = report.reason === null ? '' : `: ${report.reason}`;
  return [
    '',
    `${report.name} ${report.status}${reason}`,
    '',
    ...table([
      ['executions', executions(report)],
      ['succeeded', count(report.succeeded)],
      ['failed', failures(report)],
      ...openRows(report),
      ['in', `${report.seconds.toFixed(1)} s, ${count(report.executionsPerSecond)} executions/s`],
      ['each took', durations(report.durationMs)],
      ['by priority', counts(report.byPriority)],
      ...ownFigures(report),
    ]),
    '',
    ...table([['batch', report.batchId], ...parentRows(report), ['data', where]]),
    '',
    'Next:',
    ...nextSteps(report, flags),
    '',
  ].join('\n');
}

function parentRows({ parentExecutionId }: BatchReport): [string, string][] {
  return parentExecutionId === null ? [] : [['map run of', parentExecutionId]];
}

/** Starting a finished batch again creates nothing: the names of its items are taken. */
function executions({ status, total }: BatchReport): string {
  const isBare = status === 'SUCCEEDED' && total === 0;
  return isBare
    ? '0: the source is empty, or its names are taken by earlier executions'
    : count(total);
}

/** An open batch may grow: its source is read as executions end. */
function openRows({ status, total, succeeded, failed }: BatchReport): [string, string][] {
  const isOpen = status === 'RUNNING' || status === 'PAUSED';
  return isOpen ? [['not ended yet', count(total - succeeded - failed)]] : [];
}

function failures({ failed, archived, byError }: BatchReport): string {
  if (failed === 0) return '0';
  const kept = archived === failed ? 'all in the archive' : `${count(archived)} in the archive`;
  return `${count(failed)}, ${kept} (${counts(byError)})`;
}

function durations(duration: BatchReport['durationMs']): string {
  if (duration === null) return 'no execution has ended';
  const { p50, p95, p99 } = duration;
  return `p50 ${milliseconds(p50)}, p95 ${milliseconds(p95)}, p99 ${milliseconds(p99)}`;
}

function ownFigures(report: BatchReport): [string, string][] {
  return Object.entries(report)
    .filter(([name]) => !known.has(name))
    .map(([name, value]) => [toWords(name), figure(value)]);
}

function figure(value: unknown): string {
  if (typeof value === 'number') return count(value);
  const isCounts =
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((member) => typeof member === 'number');
  return isCounts ? counts(value as Record<string, number>) : JSON.stringify(value);
}

function nextSteps({ batchId, archived }: BatchReport, flags: string): string[] {
  const steps: [string, string][] = [
    [`millrace execution list --batch ${batchId}`, 'list every execution'],
    ['millrace execution history ID', 'show what one of them did, step by step'],
  ];
  if (archived > 0) {
    steps.push([`millrace archive list --batch ${batchId}`, 'list what failed, and why']);
    steps.push([`millrace archive redrive --batch ${batchId}`, 'run those again']);
  }
  const commands = steps.map(([command, what]) => [`npx ${command}${flags}`, what] as const);
  return table(commands);
}

/** Converts `claimedDollars` to `claimed dollars`. */
function toWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`);
}

function counts(byName: Readonly<Record<string, number>>): string {
  return Object.entries(byName)
    .map(([name, value]) => `${name} ${count(value)}`)
    .join(', ');
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function milliseconds(value: number): string {
  return value < 1_000 ? `${Math.round(value)} ms` : `${(value / 1_000).toFixed(1)} s`;
}
