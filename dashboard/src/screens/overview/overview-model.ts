/** What the overview says of the figures. Pure. */
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';

/** The reply of `getOverview`. */
export type Overview = ApiReply<'getOverview'>;

/** A queue of the overview. */
export type OverviewQueue = Overview['queues'][number];

/** A batch of the overview. */
export type OverviewBatch = Overview['batches'][number];

/** Something that a person has to look at. */
export interface Concern {
  readonly key: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly text: string;
  /** The path of the screen that explains it. */
  readonly link: string;
  readonly since: number | null;
}

const severities: readonly Concern['severity'][] = ['critical', 'warning', 'info'];

/** Returns what is wrong, the worst first: open alerts, and paused batches without an alert. */
export function concernsOf({ alerts, batches }: Overview): Concern[] {
  const links = new Set(alerts.map(({ link }) => link.split('?')[0]));
  const paused = batches.filter(
    ({ id, status }) => status === 'PAUSED' && !links.has(`/batches/${encodeURIComponent(id)}`),
  );
  const concerns: Concern[] = [
    ...alerts.map(({ id, severity, message, link, since }) => ({
      key: id,
      severity,
      text: message,
      link,
      since,
    })),
    ...paused.map(({ id, name, reason }) => ({
      key: `paused ${id}`,
      severity: 'warning' as const,
      text: `batch ${name} is paused${reason === null ? '' : `: ${reason}`}`,
      link: `/batches/${encodeURIComponent(id)}`,
      since: null,
    })),
  ];
  return concerns.sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}

/**
 * Returns in how many milliseconds a queue is empty at its present rates; null when it does not
 * shrink, or when that is not known.
 */
export function clearsInMs({ depth, inPerSecond, outPerSecond }: OverviewQueue): number | null {
  if (depth === null || depth === 0 || inPerSecond === null || outPerSecond === null) return null;
  const net = outPerSecond - inPerSecond;
  return net > 0 ? (depth / net) * 1_000 : null;
}

/** How far a batch is; `of` is null while its source is being read. */
export function batchProgress(batch: Pick<OverviewBatch, 'ended' | 'created' | 'sourceDone'>): {
  readonly of: number | null;
  readonly share: number | null;
} {
  const { ended, created, sourceDone } = batch;
  if (!sourceDone) return { of: null, share: null };
  return { of: created, share: created === 0 ? 1 : ended / created };
}

/** Returns when a batch ends at a rate, in milliseconds since 1970; null when it cannot be said. */
export function endsAt(
  { created, ended, sourceDone }: Pick<OverviewBatch, 'ended' | 'created' | 'sourceDone'>,
  perSecond: number | null,
  now: number,
): number | null {
  if (!sourceDone || perSecond === null || perSecond <= 0) return null;
  return now + (Math.max(0, created - ended) / perSecond) * 1_000;
}

/** Returns the share of failures among what has ended; null when nothing has. */
export function failureShare(ended: number, failed: number): number | null {
  return ended === 0 ? null : failed / ended;
}

/** Whether there has never been anything to show. */
export function isUnused({ batches, lastHour, queues, archive }: Overview): boolean {
  return (
    batches.length === 0 &&
    lastHour.ended === 0 &&
    archive.count === 0 &&
    queues.every(({ depth, active }) => (depth ?? 0) === 0 && active === 0)
  );
}
