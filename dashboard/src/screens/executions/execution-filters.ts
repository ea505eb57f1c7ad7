/** The filters of the list of executions, in the address, in requests and in orders. Pure. */
import type * as z from 'zod';
import type { Contract } from '../../api/operation-routes.ts';
import type { Word } from '../../commands/commands.ts';
import type { OrderOver } from '../../orders/order-draft.ts';
import type { Filter } from '../../ui/filter/filter.ts';
import { instant, isoOf, someOf, text } from '../../url-state/codecs.ts';
import type { ValuesOf } from '../../url-state/url-state.ts';

const statuses = [
  'PENDING',
  'RUNNING',
  'PENDING_REDRIVE',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
] as const;

/** The parameters of the filters in the address. */
export const executionCodecs = {
  status: someOf(statuses),
  machine: text,
  batch: text,
  queue: text,
  error: text,
  failedState: text,
  currentState: text,
  name: text,
  prefix: text,
  label: text,
  createdFrom: instant,
  createdBefore: instant,
  endedFrom: instant,
  endedBefore: instant,
};

/** The values of the filters. */
export type ExecutionFilters = ValuesOf<typeof executionCodecs>;

/** The filters as chips. */
export const executionFilters: readonly Filter[] = [
  { key: 'status', word: 'status', kind: 'words', words: statuses },
  { key: 'machine', word: 'machine', kind: 'text', hint: 'the id of the machine' },
  { key: 'batch', word: 'batch', kind: 'text', hint: "the batch's id" },
  { key: 'queue', word: 'queue', kind: 'text' },
  { key: 'error', word: 'error', kind: 'text', hint: 'the whole name, such as States.Timeout' },
  { key: 'failedState', word: 'failed in', kind: 'text', hint: 'the state in which it failed' },
  {
    key: 'currentState',
    word: 'in state',
    kind: 'text',
    hint: 'the state in which it is now, at the top of its machine',
  },
  { key: 'name', word: 'name', kind: 'text', hint: 'the whole name' },
  { key: 'prefix', word: 'name begins with', kind: 'text' },
  {
    key: 'label',
    word: 'label',
    kind: 'text',
    hint: 'customer=7, or several that must all be there: customer=7,region=eu',
  },
  { key: 'createdFrom', word: 'created from', kind: 'time' },
  { key: 'createdBefore', word: 'created before', kind: 'time' },
  { key: 'endedFrom', word: 'ended from', kind: 'time' },
  { key: 'endedBefore', word: 'ended before', kind: 'time' },
];

/** Returns the query of `listExecutions`. */
export function executionQuery(values: ExecutionFilters) {
  const { status, machine, batch, queue, error, failedState, currentState, name, prefix } = values;
  return {
    status,
    machineId: machine,
    batchId: batch,
    queue,
    error,
    failedState,
    currentState,
    name,
    namePrefix: prefix,
    labels: values.label,
    createdFrom: isoOf(values.createdFrom),
    createdBefore: isoOf(values.createdBefore),
    endedFrom: isoOf(values.endedFrom),
    endedBefore: isoOf(values.endedBefore),
  };
}

/** Returns the words of the `millrace` command with the same filters. */
export function executionWords(values: ExecutionFilters): readonly Word[] {
  const query = executionQuery(values);
  return [
    'execution',
    'list',
    ...query.status.map((status) => ['--status', status] as const),
    ['--machine', query.machineId],
    ['--batch', query.batchId],
    ['--queue', query.queue],
    ['--error', query.error],
    ['--failed-state', query.failedState],
    ['--current-state', query.currentState],
    ['--name', query.name],
    ['--name-prefix', query.namePrefix],
    ...Object.entries(labelsOf(values.label) ?? {}).map(
      ([key, value]) => ['--label', `${key}=${value}`] as const,
    ),
    ['--from', query.createdFrom],
    ['--before', query.createdBefore],
    ['--ended-from', query.endedFrom],
    ['--ended-before', query.endedBefore],
  ];
}

/** Returns the labels in a text such as `customer=7,region=eu`; null for one of another form. */
function labelsOf(label: string): Readonly<Record<string, string>> | null {
  if (label === '') return {};
  const labels = label.split(',').map((part) => /^([^=]+)=(.+)$/.exec(part));
  try {
    return Object.fromEntries(
      labels.map((found) => [found?.[1] ?? '', decodeURIComponent(found?.[2] ?? '%')]),
    );
  } catch {
    return null;
  }
}

/** What an order over everything that matches selects, or why there is none. */
export type OrderSelection = { readonly over: OrderOver } | { readonly blocked: string };

/** Returns the selection of an order over all executions that match. */
export function executionSelection(values: ExecutionFilters): OrderSelection {
  const { status, machine, batch, queue, error, failedState, name, prefix } = values;
  const { endedFrom, endedBefore, currentState } = values;
  if (name !== '' || currentState !== '' || endedFrom !== null || endedBefore !== null) {
    return {
      blocked:
        'An order cannot select by a whole name, the end or the state that it is in: choose rows instead',
    };
  }
  const labels = labelsOf(values.label);
  if (labels === null) return { blocked: 'A label has the form KEY=VALUE' };
  return {
    over: {
      executions: {
        ...(status.length > 0 && { statuses: [...status] }),
        ...(machine !== '' && { machineId: machine }),
        ...(batch !== '' && { batchId: batch }),
        ...(queue !== '' && { queue }),
        ...(error !== '' && { error }),
        ...(failedState !== '' && { failedState }),
        ...(prefix !== '' && { namePrefix: prefix }),
        ...(values.label !== '' && { labels }),
        ...(values.createdFrom !== null && { createdFrom: values.createdFrom }),
        ...(values.createdBefore !== null && { createdBefore: values.createdBefore }),
      },
    },
  };
}

type ScanFilter = NonNullable<z.input<Contract['scanExecutions']['body']>['filter']>;

/** Returns the filter of a look into documents, or why there is none. */
export function scanFilter(
  values: ExecutionFilters,
): { readonly filter: ScanFilter } | { readonly blocked: string } {
  const selection = executionSelection({ ...values, failedState: '' });
  if ('blocked' in selection || values.failedState !== '') {
    return {
      blocked:
        'Documents are looked into by status, machine, batch, queue, error, prefix and creation',
    };
  }
  const { over } = selection;
  return { filter: 'executions' in over ? (over.executions as ScanFilter) : {} };
}
