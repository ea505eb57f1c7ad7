/** Decides how many executions each batch gets, and when they ran. Pure. */
import { orders, parcels, refunds, type ShopMachine } from './shop-app.ts';

/** Batches of one machine and size, which ran one after the other or side by side. */
export interface FillPart {
  readonly machine: ShopMachine;
  /** Executions of one batch, a multiple of the machine's templates. */
  readonly size: number;
  readonly batches: number;
  /** When the first batch began, in milliseconds before now. */
  readonly beganAgoMs: number;
  /** When the last one ended. */
  readonly endedAgoMs: number;
  /** Whether the executions belong to batches. */
  readonly inBatches: boolean;
  /** How many of the batches have a history. */
  readonly withHistory: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Executions older than that would be deleted by the janitor. */
const oldestMs = 14 * dayMs;

/** Shares of the large batches, the oldest first. */
const largeShares = [0.3, 0.15, 0.1, 0.04, 0.04, 0.04, 0.04, 0.04] as const;

/** Bytes of the history of one execution, with its index. */
const historyBytes = 3_000;

/** Share of all executions in tiny batches, as distributed Maps make them. */
const tinyShare = 0.2;

/** Share of all executions on the rare queue, all in one batch long ago. */
const rareShare = 0.002;

/**
 * Plans about `rows` executions.
 * @param historyBytesMax bytes that histories may take
 */
export function planFill(rows: number, historyBytesMax: number): FillPart[] {
  const withHistory = planHistory(rows, historyBytesMax);
  const large = largeShares.map((share, index): FillPart => {
    const slot = (oldestMs - 2 * hourMs) / largeShares.length;
    return {
      machine: orders,
      size: toSize(orders, rows * share),
      batches: 1,
      beganAgoMs: oldestMs - slot * index,
      endedAgoMs: oldestMs - slot * (index + 1),
      inBatches: true,
      withHistory: withHistory.has(index) ? 1 : 0,
    };
  });
  const tiny: FillPart = {
    machine: parcels,
    size: parcels.templates,
    batches: Math.max(1, Math.round((rows * tinyShare) / parcels.templates)),
    beganAgoMs: oldestMs,
    endedAgoMs: 60_000,
    inBatches: true,
    withHistory: 200,
  };
  const rare: FillPart = {
    machine: refunds,
    size: toSize(refunds, rows * rareShare),
    batches: 1,
    beganAgoMs: 12 * dayMs,
    endedAgoMs: 12 * dayMs - hourMs,
    inBatches: true,
    withHistory: 1,
  };
  const planned = [...large, tiny, rare].reduce((sum, part) => sum + part.size * part.batches, 0);
  const single: FillPart = {
    machine: orders,
    size: toSize(orders, rows - planned),
    batches: 1,
    beganAgoMs: oldestMs,
    endedAgoMs: 60_000,
    inBatches: false,
    withHistory: 0,
  };
  return [...large, tiny, rare, single];
}

function toSize({ templates }: ShopMachine, size: number): number {
  return Math.max(1, Math.round(size / templates)) * templates;
}

/** Gives a history to the newest large batches, as many as there is room for. */
function planHistory(rows: number, bytesMax: number): Set<number> {
  const chosen = new Set<number>();
  let left = bytesMax;
  for (const [index, share] of [...largeShares.entries()].reverse()) {
    left -= rows * share * historyBytes;
    if (left < 0) return chosen;
    chosen.add(index);
  }
  return chosen;
}
