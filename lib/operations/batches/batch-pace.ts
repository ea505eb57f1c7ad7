/** How fast a batch is, and how long it still takes. */
import type { Json } from '../../asl/json/json.ts';
import { countEnded } from '../../batch/batch-tally.ts';
import { isChildMachine } from '../../batch/map-run/map-run-batch.ts';
import { measureRead } from '../../batch/sources/file-source.ts';
import type { BatchRecord } from '../../ports/store/batch-store.ts';
import { seriesSteps } from '../../ports/store/figures/step-figures.ts';
import type { AppContext } from '../app-context.ts';

/** The pace of an open batch. */
export interface BatchPace {
  /** Executions that ended per second in the last minute; null when that is not known. */
  readonly perSecond: number | null;
  /** How long it still takes at this rate; null when that is not known. */
  readonly secondsLeft: number | null;
}

type PaceContext = Pick<AppContext, 'store' | 'clock' | 'settings'>;

const minuteMs = 60_000;

/** Computes the pace of a batch; that of one that is not RUNNING is not known. */
export async function measurePace(context: PaceContext, batch: BatchRecord): Promise<BatchPace> {
  if (batch.status !== 'RUNNING') return { perSecond: null, secondsLeft: null };
  const perSecond = await measureRate(context, batch);
  const total = expectTotal(batch);
  const isKnown = perSecond !== null && perSecond > 0 && total !== null;
  const left = total === null ? 0 : Math.max(0, total - countEnded(batch));
  return { perSecond, secondsLeft: isKnown ? Math.round(left / perSecond) : null };
}

/** Of a batch that is younger than a minute, the counters tell. */
async function measureRate(
  { store, clock, settings }: PaceContext,
  batch: BatchRecord,
): Promise<number | null> {
  const now = clock.now();
  const ageMs = now - batch.createdAt;
  const ended = countEnded(batch);
  if (ended === 0) return ageMs < minuteMs ? null : 0;
  if (ageMs <= minuteMs + 2 * seriesSteps.recent) return round(ended / Math.max(ageMs, 1));
  if (settings.measure === 'off') return null;
  // A slot is written with the first commit after its end.
  const to = Math.floor(now / seriesSteps.recent) * seriesSteps.recent;
  const points = await store.readSeries({
    kind: 'batch',
    key: batch.id,
    from: to - minuteMs,
    to,
    stepMs: minuteMs,
    withTook: false,
  });
  return round(points.reduce((sum, point) => sum + point.ended, 0) / minuteMs);
}

function round(perMs: number): number {
  return Number((perMs * 1_000).toPrecision(3));
}

/** Returns how many executions a batch will have; of a file, the part that was read tells. */
function expectTotal({ machineId, cursor, created, sourceDone }: BatchRecord): number | null {
  if (sourceDone) return created;
  if (cursor === null || created === 0 || isChildMachine(machineId)) return null;
  const read = measureRead(JSON.parse(cursor) as Json);
  if (read === null || read.bytes === 0) return null;
  return Math.max(created, Math.round((created * read.ofBytes) / read.bytes));
}
