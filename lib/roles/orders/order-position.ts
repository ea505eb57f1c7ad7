/** Where an order is: what its leader saves between two pages. Pure. */
import type { LeasedOrder } from '../../ports/store/order-store.ts';
import { initialPace, type Pace } from './order-pace.ts';

/** The page that an order has begun: its things are being changed, or a crash interrupted that. */
export interface BegunPage {
  readonly ids: readonly string[];
  /** How many more of the page cannot be changed. */
  readonly skipped: number;
}

/** The position of an order. */
export interface OrderPosition {
  /** Where the selection continues; null at its beginning. */
  readonly place: string | null;
  /** True when the last page has been selected. */
  readonly isLast: boolean;
  /** Null between two pages. */
  readonly page: BegunPage | null;
  readonly pace: Pace;
}

/** Returns the position of an order as it was saved. */
export function readPosition(
  { progress, perSecond }: Pick<LeasedOrder, 'progress' | 'perSecond'>,
  now: number,
): OrderPosition {
  if (progress !== null) return JSON.parse(progress) as OrderPosition;
  return { place: null, isLast: false, page: null, pace: initialPace(perSecond, now) };
}

/** Returns how many more things an order may take. */
export function itemsLeft({
  itemsMax,
  done,
  refused,
}: Pick<LeasedOrder, 'itemsMax' | 'done' | 'refused'>): number {
  return itemsMax === null ? Number.POSITIVE_INFINITY : Math.max(0, itemsMax - done - refused);
}
