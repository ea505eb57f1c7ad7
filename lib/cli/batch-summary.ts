/** The summary of a batch that a person reads at its end. */
import type { BatchReport } from '../operations/batch-report.ts';

/** Fields of a report that have a line of their own; every other is the app's. */
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
 * The summary, lines joined. `where` says where the data lies; `flags` are those that reach it, to
 * be shown with the next commands.
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
      ...openOf(report),
      ['in', `${report.seconds.toFixed(1)} s, ${count(report.executionsPerSecond)} executions/s`],
      ['each took', durations(report.durationMs)],
      ['by priority', counts(report.byPriority)],
      ...ownFigures(report),
    ]),
    '',
    ...table([['batch', report.batchId], ...parentOf(report), ['data', where]]),
    '',
    'What next:',
    ...nextSteps(report, flags),
    '',
  ].join('\n');
}

function parentOf({ parentExecutionId }: BatchReport): [string, string][] {
  return parentExecutionId === null ? [] : [['map run of', parentExecutionId]];
}

/** A batch that is started again as it was takes nothing: the names of its items are taken. */
function executions({ status, total }: BatchReport): string {
  const isBare = status === 'SUCCEEDED' && total === 0;
  return isBare ? '0: its source is empty, or earlier executions have the names' : count(total);
}

/** While a batch is open more may come: a source is read on as executions end. */
function openOf({ status, total, succeeded, failed }: BatchReport): [string, string][] {
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
    .map(([name, value]) => [wordsOf(name), figure(value)]);
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
    [`millrace executions list --batch ${batchId}`, 'every execution'],
    ['millrace executions history ID', 'what one of them did, step by step'],
  ];
  if (archived > 0) {
    steps.push([`millrace archive list --batch ${batchId}`, 'what failed for good, and why']);
    steps.push([`millrace archive redrive --batch ${batchId}`, 'run those again']);
  }
  const commands = steps.map(([command, what]) => [`npx ${command}${flags}`, what] as const);
  return table(commands);
}

/** `claimedDollars` → `claimed dollars`. */
function wordsOf(name: string): string {
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
