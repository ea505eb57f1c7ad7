import type { Page, PageRequest } from './page.ts';

/** The statuses of an order. DONE, CANCELLED and FAILED are final. */
export const orderStatuses = Object.freeze([
  'RUNNING',
  'PAUSED',
  'DONE',
  'CANCELLED',
  'FAILED',
] as const);

/** One of {@link orderStatuses}. */
export type OrderStatus = (typeof orderStatuses)[number];

/**
 * The ways in which a change is requested. A `schedule` and an `event` (an object, the bus) start
 * batches through the leader function.
 */
export const changeChannels = Object.freeze([
  'api',
  'page',
  'cli',
  'program',
  'schedule',
  'event',
] as const);

/** Who requested a change, and how. */
export interface ChangeOrigin {
  /** The caller; null when it is not known. */
  readonly by: string | null;
  readonly via: (typeof changeChannels)[number];
  /** The id of the HTTP request, or of the call of a function; null without one. */
  readonly requestId: string | null;
}

/** What orders and all other changes have in common. */
interface Change extends ChangeOrigin {
  /** A UUID of version 7. */
  readonly id: string;
  /** `redrive`, `cancel` …, or the name of an operation, such as `pauseQueue`. */
  readonly action: string;
  /** What was changed, such as `queue:low` or `batch:ID`; null for many things. */
  readonly object: string | null;
  /** The selection or the request, one JSON text without documents; opaque to the store. */
  readonly over: string;
  readonly reason: string | null;
}

/** A change that was made. */
export interface MadeChange extends Change {
  readonly outcome: string | null;
  /** How many things were changed. */
  readonly done: number;
  /** How many things were left as they were. */
  readonly refused: number;
}

/** An order for a leader: the same change of many things. */
export interface NewOrder extends Change {
  /** Maximum rate; null for no limit. */
  readonly perSecond: number | null;
  /** Maximum number of things that it takes; null for no limit. */
  readonly itemsMax: number | null;
  /** The number of things that it selects; null when it is not known. */
  readonly total: number | null;
  /**
   * Freezes the set: what was created, archived or ended at this time or later is not taken.
   * Milliseconds since 1970. @default just after the time of the order
   */
  readonly upTo?: number;
}

/** An order, or another change. */
export interface OrderRecord extends MadeChange, Required<NewOrder> {
  readonly at: number;
  readonly status: OrderStatus;
  readonly endedAt: number | null;
}

/** An order under a leader's lease. */
export interface LeasedOrder extends OrderRecord {
  readonly fence: number;
  /** What its leader has saved, a JSON text; null at its beginning. */
  readonly progress: string | null;
}

/** Selects orders; every condition given must hold. */
export interface OrderFilter {
  readonly status?: OrderStatus;
  readonly by?: string;
  readonly action?: string;
  readonly object?: string;
  /** Milliseconds since 1970, inclusive. */
  readonly from?: number;
  /** Milliseconds since 1970, exclusive. */
  readonly before?: number;
}

/** What a leader saves of an order under its lease. */
export interface OrderProgress {
  readonly orderId: string;
  readonly fence: number;
  readonly progress: string;
  /** How many more things were changed, and left as they were. */
  readonly done: number;
  readonly refused: number;
}

/** A change of an order's status, made only when the current status is one of `from`. */
export interface OrderTransition {
  readonly orderId: string;
  readonly from: readonly OrderStatus[];
  readonly to: OrderStatus;
  /** Only under the lease with this fence. @default under any */
  readonly fence?: number;
  /** @default the rate does not change */
  readonly perSecond?: number;
  /** @default null */
  readonly outcome?: string;
}

/**
 * Orders, and the log of all other changes, in one list. One leader at a time carries an order out,
 * under a lease with a fence: a leader that lost its lease saves nothing.
 */
export interface OrderStore {
  /** Records an order, RUNNING; an id that is known changes nothing. Returns it as recorded. */
  createOrder(order: NewOrder): Promise<OrderRecord>;
  /** Records changes that were made, as orders that are DONE. */
  recordChanges(changes: readonly MadeChange[]): Promise<void>;
  getOrder(id: string): Promise<OrderRecord | null>;
  /** Newest first. */
  listOrders(filter: OrderFilter, page: PageRequest): Promise<Page<OrderRecord>>;

  /**
   * Leases up to `limit` RUNNING orders that no other live leader holds, those leased longest ago
   * first. The fence grows when the leader changes.
   * @param predecessor only orders that this leader handed over, as in `BatchLeaseFilter`
   */
  leaseOrders(
    leaderId: string,
    leaseMs: number,
    limit: number,
    predecessor?: string,
  ): Promise<LeasedOrder[]>;
  /** Ends the lease of an order at once. */
  releaseOrder(orderId: string, fence: number): Promise<void>;
  /**
   * Saves progress under the lease, whatever the order's status. Returns false, with nothing saved,
   * when the lease was lost.
   */
  saveOrder(progress: OrderProgress): Promise<boolean>;
  /** As {@link saveOrder}, for an order that is still RUNNING. */
  saveRunningOrder(progress: OrderProgress): Promise<boolean>;

  /** Returns the order as it is now; null when the change was not made. */
  transitionOrder(change: OrderTransition): Promise<OrderRecord | null>;
  /** Deletes up to `limit` orders that ended more than `retentionMs` ago; returns how many. */
  pruneOrders(retentionMs: number, limit: number): Promise<number>;
}
