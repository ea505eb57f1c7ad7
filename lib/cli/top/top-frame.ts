/** The lines of a frame of `millrace top`. */
import type { TableLook } from '../terminal/table-look.ts';
import { momentText, textTable } from '../text-table.ts';
import type { TopBatch, TopModel } from './top-model.ts';

/** The orders in which batches can be shown, as the key for sorting goes through them. */
export const topOrders = Object.freeze(['newest', 'rate', 'failed', 'name'] as const);

/** An order of batches. */
export type TopOrder = (typeof topOrders)[number];

/** What a frame depends on besides its model. */
export interface FrameOptions {
  readonly look: TableLook;
  readonly order: TopOrder;
  /** Lines that there is room for; undefined for as many as there are. */
  readonly rows?: number | undefined;
}

/** Lines of a frame besides the rows of its tables: titles, headers, blank lines, help. */
const linesBesides = 12;

/** Workers are shown in at most so many lines, and batches in what is left. */
const workersMax = 12;

/** Formats a frame: queues, batches and workers. */
export function topFrame(model: TopModel, { look, order, rows }: FrameOptions): string[] {
  const { paint } = look;
  const workers = model.workers.slice(0, workersMax);
  const taken = linesBesides + model.queues.length + Math.max(1, workers.length);
  const batchesMax = rows === undefined ? 20 : Math.max(1, rows - taken);
  return [
    `${paint('bold', 'millrace top')}  ${momentText(model.at)} UTC  ${model.store}, queues in ${model.broker}`,
    '',
    paint('bold', 'queues'),
    ...queueLines(model, look),
    '',
    paint('bold', `batches by ${order}`),
    ...batchLines(sortBatches(model.batches, order).slice(0, batchesMax), look),
    '',
    paint('bold', 'leaders and workers'),
    ...workerLines(workers, look),
    '',
    paint('dim', 'q quits, s sorts the batches'),
  ];
}

function queueLines({ queues }: TopModel, look: TableLook): string[] {
  return textTable(
    ['queue', 'state', 'ready', 'delayed', 'in flight', 'dead', 'active', 'waiting', 'retry'],
    queues.map(({ queue, messages, tasks }) => [
      queue,
      messages === null ? null : messages.paused ? 'paused' : 'open',
      messages?.ready ?? null,
      messages?.delayed ?? null,
      messages?.inFlight ?? null,
      messages?.dead ?? null,
      tasks.active,
      tasks.waiting,
      tasks.retry,
    ]),
    { look, optional: ['retry', 'waiting', 'delayed', 'active'] },
  );
}

/** Characters of the bar of a batch. */
const barWidth = 20;

function batchLines(batches: readonly TopBatch[], look: TableLook): string[] {
  if (batches.length === 0) return ['there is no batch'];
  return textTable(
    ['name', 'status', 'progress', 'done', 'of', 'failed', 'per s', 'id'],
    batches.map((batch) => [
      batch.name,
      batch.status,
      barOf(batch),
      batch.succeeded + batch.failed,
      batch.created,
      batch.failed,
      batch.perSecond,
      batch.id,
    ]),
    { look, optional: ['id', 'progress', 'of'] },
  );
}

/** The share is only known once the source has been read to its end. */
function barOf({ created, succeeded, failed, sourceDone }: TopBatch): string {
  if (!sourceDone || created === 0) return '';
  const filled = Math.round(barWidth * Math.min(1, (succeeded + failed) / created));
  return '█'.repeat(filled) + '░'.repeat(barWidth - filled);
}

function workerLines(workers: TopModel['workers'], look: TableLook): string[] {
  if (workers.length === 0) return ['no leader or worker is alive'];
  return textTable(
    ['role', 'host', 'pid', 'running', 'max', 'per minute', 'state'],
    workers.map(({ role, host, pid, running, concurrency, endedPerMinute, ...worker }) => [
      role,
      host,
      pid,
      running,
      concurrency,
      endedPerMinute,
      worker.alive ? 'alive' : `lost ${Math.round(-worker.expiresInMs / 1_000)} s ago`,
    ]),
    { look, optional: ['host', 'per minute', 'max'] },
  );
}

/** Open batches come first in any order. */
function sortBatches(batches: readonly TopBatch[], order: TopOrder): TopBatch[] {
  const isOpen = ({ status }: TopBatch) => Number(status === 'RUNNING' || status === 'PAUSED');
  return batches.toSorted((a, b) => isOpen(b) - isOpen(a) || compareBatches(a, b, order));
}

function compareBatches(a: TopBatch, b: TopBatch, order: TopOrder): number {
  switch (order) {
    case 'newest':
      return 0;
    case 'rate':
      return (b.perSecond ?? -1) - (a.perSecond ?? -1);
    case 'failed':
      return b.failed - a.failed;
    case 'name':
      return a.name.localeCompare(b.name);
  }
}
