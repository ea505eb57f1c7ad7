import { plainText } from '../asl/plain-text.ts';
import type { BatchReport } from '../operations/batches/batch-report.ts';
import { noPaint, type Paint, paintStatus } from './terminal/paint.ts';
import { momentText } from './text-table.ts';

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
  'leftOut',
  'retried',
  'onHold',
  'open',
  'archived',
  'seconds',
  'executionsPerSecond',
  'perSecond',
  'secondsLeft',
  'durationMs',
  'byError',
  'byRetriedError',
  'byPriority',
  'changes',
]);

/** Options of {@link batchSummary}. */
export interface SummaryOptions {
  /** The options that reach the store, appended to the commands. @default none */
  readonly flags?: string;
  /** @default no colours */
  readonly paint?: Paint;
  /** The command that continues a batch which no process runs. @default a process runs it */
  readonly continueWith?: string;
  /** Lines that stand before the commands. @default none */
  readonly details?: readonly string[];
}

/**
 * Formats the figures of a batch, with the commands that come next.
 * @param where describes the store
 */
export function batchSummary(
  report: BatchReport,
  where: string,
  { flags = '', paint = noPaint, continueWith, details = [] }: SummaryOptions = {},
): string {
  const reason = report.reason === null ? '' : `: ${plainText(report.reason)}`;
  const leader = continueWith === undefined ? '' : ', and no leader is alive';
  const steps = nextSteps(report, flags, continueWith);
  return [
    `${report.name} ${paintStatus(paint, report.status)}${leader}${reason}`,
    '',
    ...table([
      ['executions', executions(report)],
      ['succeeded', count(report.succeeded)],
      ['failed', failures(report)],
      ...leftOutRows(report),
      ...openRows(report),
      ['in', `${report.seconds.toFixed(1)} s, ${rateText(report.executionsPerSecond)}`],
      ['each took', durations(report.durationMs)],
      ...priorityRows(report),
      ...ownFigures(report),
    ]),
    '',
    ...table([['batch', report.batchId], ...parentRows(report), ['data', where]]),
    ...changeLines(report),
    ...(details.length > 0 ? ['', ...details] : []),
    ...(steps.length > 0 ? ['', 'Next:', ...steps] : []),
    '',
  ].join('\n');
}

function parentRows({ parentExecutionId }: BatchReport): [string, string][] {
  return parentExecutionId === null ? [] : [['map run of', parentExecutionId]];
}

function priorityRows({ byPriority }: BatchReport): [string, string][] {
  const isEmpty = Object.keys(byPriority).length === 0;
  return isEmpty ? [] : [['by priority', counts(byPriority)]];
}

function executions({ status, total, leftOut }: BatchReport): string {
  const isBare = status === 'SUCCEEDED' && total === 0 && leftOut === 0;
  return isBare ? '0: the source is empty' : count(total);
}

function leftOutRows({ leftOut }: BatchReport): [string, string][] {
  if (leftOut === 0) return [];
  const why = 'earlier executions have their names or sources';
  return [['left out', `${count(leftOut)}: ${why}`]];
}

/** An open batch may grow: its source is read as executions end. */
function openRows(report: BatchReport): [string, string][] {
  const { status, total, succeeded, failed } = report;
  const isOpen = status === 'RUNNING' || status === 'PAUSED';
  if (!isOpen) return [];
  const left = total - succeeded - failed;
  return [
    ['not ended yet', left === 0 ? '0' : `${count(left)} (${places(report)})`],
    ...retryRows(report),
    ...paceRows(report),
  ];
}

function rateText(perSecond: number): string {
  return `${count(perSecond)} ${perSecond === 1 ? 'execution' : 'executions'}/s`;
}

/** The words for where open executions are. */
const placeWords: Readonly<Record<keyof BatchReport['open'], string>> = {
  running: 'running',
  pending: 'waiting for a worker',
  retrying: 'waiting for a retry',
  sleeping: 'sleeping',
  waiting: 'waiting for a callback',
  heldBack: 'held back',
};

function places({ open }: BatchReport): string {
  const words = Object.entries(placeWords) as [keyof BatchReport['open'], string][];
  return words
    .filter(([place]) => open[place] > 0)
    .map(([place, word]) => `${word} ${count(open[place])}`)
    .join(', ');
}

/** Errors of attempts that are shown; the most frequent ones. */
const retriedErrorsMax = 3;

function retryRows({ retried, byRetriedError }: BatchReport): [string, string][] {
  if (retried === 0) return [];
  const most = Object.entries(byRetriedError)
    .sort(([, one], [, other]) => other - one)
    .slice(0, retriedErrorsMax);
  const errors = most.length === 0 ? '' : `; now ${counts(Object.fromEntries(most))}`;
  return [['retried', `${count(retried)} failed attempts${errors}`]];
}

function paceRows({ perSecond, secondsLeft }: BatchReport): [string, string][] {
  if (perSecond === null) return [];
  const left = secondsLeft === null ? '' : `; about ${durationText(secondsLeft)} left`;
  return [['last minute', `${perSecond.toLocaleString('en-US')} executions/s${left}`]];
}

function durationText(seconds: number): string {
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

const changeWords: Readonly<Record<string, string>> = {
  pauseBatch: 'paused',
  resumeBatch: 'resumed',
  cancelBatch: 'cancelled',
  stopBatch: 'stopped',
};

/** Shows who paused, resumed or stopped the batch, oldest first. */
function changeLines({ changes }: BatchReport): string[] {
  const rows = changes.toReversed().map(({ at, action, by, via, reason }) => {
    const what = changeWords[action] ?? action;
    return [momentText(at) ?? '', `${what} by ${by ?? via}${reason === null ? '' : `: ${reason}`}`];
  });
  return rows.length === 0 ? [] : ['', 'Changes:', ...table(rows as [string, string][])];
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

function nextSteps(
  { batchId, archived, status, total }: BatchReport,
  flags: string,
  continueWith: string | undefined,
): string[] {
  const steps: [string, string][] = [
    ...(continueWith === undefined ? [] : continueStep(continueWith)),
    ...(status === 'PAUSED' ? pausedSteps(batchId) : []),
    ...(total === 0 ? [] : executionSteps(batchId)),
  ];
  if (archived > 0) {
    steps.push([`millrace archive list --batch ${batchId}`, 'list what failed, and why']);
    steps.push([`millrace archive redrive --batch ${batchId}`, 'run those again']);
  }
  const commands = steps.map(([command, what]) => [`npx ${command}${flags}`, what] as const);
  return table(commands);
}

function executionSteps(batchId: string): [string, string][] {
  return [
    [`millrace execution list --batch ${batchId}`, 'list every execution'],
    ['millrace execution history ID', 'show what one of them did, step by step'],
  ];
}

function continueStep(command: string): [string, string][] {
  return [[command, 'continue it']];
}

function pausedSteps(batchId: string): [string, string][] {
  return [
    [`millrace batch resume ${batchId} --reason TEXT`, 'continue it'],
    [`millrace batch cancel ${batchId}`, 'end it for good'],
  ];
}

/** Converts `claimedDollars` to `claimed dollars`. */
function toWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `  ${label.padEnd(width)}  ${plainText(value)}`);
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
