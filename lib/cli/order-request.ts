/** The options that describe an order. */
import type { Command } from 'commander';
import { type ExecutionStatus, executionStatuses } from '../engine/status.ts';
import {
  type ArchiveOrderFilter,
  type ExecutionOrderFilter,
  type OrderAction,
  type OrderSelection,
  orderActions,
  type TaskOrderFilter,
} from '../operations/orders/order-selection.ts';
import type { OrderRequest } from '../operations/orders/start-order.ts';
import type { ExecutionLabels } from '../ports/store/execution-store.ts';
import { type QueueTaskState, queueTaskStates } from '../ports/store/task-store.ts';
import { badArgument } from './failure.ts';
import { type AppOptions, countOption, wholeNumber } from './options/app-options.ts';
import { type LabelOptions, withLabels } from './options/label-option.ts';
import { momentOption } from './options/time-option.ts';

/** What an order can be about. */
const kinds = ['archive', 'executions', 'tasks'] as const;

/** The options of the command that starts an order. */
export interface OrderOptions extends AppOptions, LabelOptions {
  readonly batch?: string;
  readonly machine?: string;
  readonly queue?: string;
  readonly error?: string;
  readonly status?: string;
  readonly namePrefix?: string;
  readonly failedState?: string;
  readonly state?: string;
  readonly from?: number;
  readonly before?: number;
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly expect?: number;
  readonly limit?: number;
  readonly rate?: number;
  readonly reason?: string;
  readonly wait?: boolean;
}

/** Adds the arguments and options that describe an order. */
export function withOrderOptions(command: Command): Command {
  return withLabels(command, 'only those with this label (archive, executions)')
    .argument('<action>', `what to do: ${orderActions.join(', ')}`)
    .argument('<what>', `what to do it to: ${kinds.join(', ')}`)
    .argument('[ids...]', 'only these, by id; or select with the options below')
    .option('--batch <id>', 'only of this batch (archive, executions)')
    .option('--machine <id>', 'only of this machine')
    .option('--queue <name>', 'only of this queue')
    .option('--error <name>', 'only those that failed with this error (archive, executions)')
    .option('--status <names>', 'only in these statuses, separated by commas (executions)')
    .option('--name-prefix <text>', 'only with names that begin with this (executions)')
    .option('--failed-state <name>', 'only those that failed in this state (executions)')
    .option('--state <name>', 'only in this state (tasks)')
    .option('--from <time>', 'archived or created at or after this time', momentOption)
    .option('--before <time>', 'archived or created before this time', momentOption)
    .option('--all', 'select everything that the action applies to')
    .option('--dry-run', 'only print how many it would take, and the first of them')
    .option('--expect <n>', 'refuse when it would take over 10 % more or less', countOption)
    .option('--limit <n>', 'maximum number', wholeNumber)
    .option('--rate <n>', 'maximum number per second', wholeNumber)
    .option('--reason <text>', 'why, for the log of changes')
    .option('--wait', 'show the progress until the order has ended');
}

/** Returns the order that the arguments and options describe. Throws INVALID_ARGUMENT. */
export function toOrderRequest(
  action: string,
  kind: string,
  ids: readonly string[],
  options: OrderOptions,
): OrderRequest {
  const { dryRun = false, expect, limit, rate, reason } = options;
  return {
    action: oneOf('<action>', orderActions, action) satisfies OrderAction,
    over: toOver(oneOf('<what>', kinds, kind), ids, options),
    dryRun,
    ...(expect !== undefined && { expect }),
    ...(limit !== undefined && { limit }),
    ...(rate !== undefined && { perSecond: rate }),
    ...(reason !== undefined && { reason }),
  };
}

function toOver(
  kind: (typeof kinds)[number],
  ids: readonly string[],
  options: OrderOptions,
): OrderSelection {
  const filter = toFilter(kind, options);
  const isEmpty = ids.length === 0 && Object.keys(filter).length === 0;
  if (isEmpty && !options.all) {
    badArgument('expected ids or a condition, or --all for everything; nothing was changed');
  }
  const selected = ids.length > 0 ? { ids } : filter;
  if (kind === 'archive') return { archive: selected };
  return kind === 'executions' ? { executions: selected } : { tasks: selected };
}

/** The options that are conditions of each kind, with the name of the condition. */
const conditions = {
  archive: {
    batch: 'batchId',
    machine: 'machineId',
    queue: 'queue',
    error: 'error',
    from: 'archivedFrom',
    before: 'archivedBefore',
    label: 'labels',
  },
  executions: {
    batch: 'batchId',
    machine: 'machineId',
    queue: 'queue',
    error: 'error',
    status: 'statuses',
    namePrefix: 'namePrefix',
    failedState: 'failedState',
    from: 'createdFrom',
    before: 'createdBefore',
    label: 'labels',
  },
  tasks: { machine: 'machineId', queue: 'queue', state: 'state' },
} as const satisfies Record<(typeof kinds)[number], Readonly<Record<string, string>>>;

const conditionOptions = [
  'batch',
  'machine',
  'queue',
  'error',
  'status',
  'namePrefix',
  'failedState',
  'state',
  'from',
  'before',
  'label',
] as const satisfies readonly (keyof OrderOptions)[];

/** Any filter: each kind gets only the conditions that it has. */
type AnyFilter = ArchiveOrderFilter & ExecutionOrderFilter & TaskOrderFilter;

function toFilter(kind: (typeof kinds)[number], options: OrderOptions): AnyFilter {
  const names = new Map<string, string>(Object.entries(conditions[kind]));
  const given = conditionOptions.flatMap((option) => {
    const value = options[option];
    if (value === undefined) return [];
    const name = names.get(option);
    if (name === undefined) badArgument(`--${dashed(option)} is no condition of ${kind}`);
    return [[name, toCondition(option, value)] as const];
  });
  return Object.fromEntries(given) as AnyFilter;
}

function toCondition(
  option: (typeof conditionOptions)[number],
  value: string | number | ExecutionLabels,
): unknown {
  if (option === 'status') return String(value).split(',').map(toStatus);
  if (option === 'state') return toState(String(value));
  return value;
}

function toStatus(text: string): ExecutionStatus {
  return oneOf('--status', executionStatuses, text);
}

function toState(text: string): QueueTaskState {
  return oneOf('--state', queueTaskStates, text);
}

function oneOf<const Word extends string>(
  what: string,
  words: readonly Word[],
  found: string,
): Word {
  const word = words.find((each) => each === found);
  return word ?? badArgument(`${what} must be one of ${words.join(', ')}; found '${found}'`);
}

function dashed(option: string): string {
  return option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
