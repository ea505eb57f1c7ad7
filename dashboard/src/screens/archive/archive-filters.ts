/** The filters of the archive, in the address, in requests and in orders. Pure. */
import type { Word } from '../../commands/commands.ts';
import type { OrderOver } from '../../orders/order-draft.ts';
import type { Filter } from '../../ui/filter/filter.ts';
import { instant, isoOf, text } from '../../url-state/codecs.ts';
import type { ValuesOf } from '../../url-state/url-state.ts';

/** The parameters of the filters in the address. */
export const archiveCodecs = {
  error: text,
  machine: text,
  batch: text,
  queue: text,
  archivedFrom: instant,
  archivedBefore: instant,
};

/** The values of the filters. */
export type ArchiveFilters = ValuesOf<typeof archiveCodecs>;

/** The filters as chips. */
export const archiveFilters: readonly Filter[] = [
  { key: 'error', word: 'error', kind: 'text', hint: 'the whole name, such as States.Timeout' },
  { key: 'machine', word: 'machine', kind: 'text', hint: 'the id of the machine' },
  { key: 'batch', word: 'batch', kind: 'text', hint: "the batch's id" },
  { key: 'queue', word: 'queue', kind: 'text' },
  { key: 'archivedFrom', word: 'archived from', kind: 'time' },
  { key: 'archivedBefore', word: 'archived before', kind: 'time' },
];

/** Returns the query of `listArchive`. */
export function archiveQuery({ error, machine, batch, queue, ...times }: ArchiveFilters) {
  return {
    error,
    machineId: machine,
    batchId: batch,
    queue,
    archivedFrom: isoOf(times.archivedFrom),
    archivedBefore: isoOf(times.archivedBefore),
  };
}

/** Returns the words of the `millrace` command with the same filters. */
export function archiveWords(values: ArchiveFilters): readonly Word[] {
  const query = archiveQuery(values);
  return [
    'archive',
    'list',
    ['--error', query.error],
    ['--machine', query.machineId],
    ['--batch', query.batchId],
    ['--queue', query.queue],
    ['--from', query.archivedFrom],
    ['--before', query.archivedBefore],
  ];
}

/** Returns what an order over all entries that match selects. */
export function archiveSelection(values: ArchiveFilters): OrderOver {
  const { error, machine, batch, queue, archivedFrom, archivedBefore } = values;
  return {
    archive: {
      ...(error !== '' && { error }),
      ...(machine !== '' && { machineId: machine }),
      ...(batch !== '' && { batchId: batch }),
      ...(queue !== '' && { queue }),
      ...(archivedFrom !== null && { archivedFrom }),
      ...(archivedBefore !== null && { archivedBefore }),
    },
  };
}
