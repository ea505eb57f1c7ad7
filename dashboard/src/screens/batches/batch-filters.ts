/** The filters of the list of batches, in the address, in requests and in commands. Pure. */
import type { Word } from '../../commands/commands.ts';
import type { Filter } from '../../ui/filter/filter.ts';
import { instant, isoOf, someOf, text } from '../../url-state/codecs.ts';
import type { ValuesOf } from '../../url-state/url-state.ts';

const statuses = ['RUNNING', 'PAUSED', 'SUCCEEDED', 'FAILED', 'ABORTED'] as const;

/** The parameters of the filters in the address. */
export const batchCodecs = {
  status: someOf(statuses),
  name: text,
  machine: text,
  createdFrom: instant,
  createdBefore: instant,
};

/** The values of the filters. */
export type BatchFilters = ValuesOf<typeof batchCodecs>;

/** The filters as chips. */
export const batchFilters: readonly Filter[] = [
  { key: 'status', word: 'status', kind: 'words', words: statuses },
  { key: 'name', word: 'name', kind: 'text', hint: 'the whole name' },
  { key: 'machine', word: 'machine', kind: 'text', hint: 'the id of the machine' },
  { key: 'createdFrom', word: 'created from', kind: 'time' },
  { key: 'createdBefore', word: 'created before', kind: 'time' },
];

/** Returns the query of `listBatches`. */
export function batchQuery({ status, name, machine, createdFrom, createdBefore }: BatchFilters) {
  return {
    status,
    name,
    machineId: machine,
    createdFrom: isoOf(createdFrom),
    createdBefore: isoOf(createdBefore),
  };
}

/** Returns the words of the `millrace` command with the same filters. */
export function batchWords(values: BatchFilters): readonly Word[] {
  const { status, name, machineId, createdFrom, createdBefore } = batchQuery(values);
  return [
    'batch',
    'list',
    ...status.map((each) => ['--status', each] as const),
    ['--name', name],
    ['--machine', machineId],
    ['--from', createdFrom],
    ['--before', createdBefore],
  ];
}
