import { MillraceError } from '../../errors.ts';
import type { ChangeOrigin, OrderRecord } from '../../ports/store/order-store.ts';
import { createOrderEvent } from '../../roles/orders/order-event.ts';
import type { AppContext } from '../app-context.ts';
import { presentEntries } from '../archive.ts';
import { resolveExecutionId } from '../find-execution.ts';
import { type Candidate, listCandidates } from './order-candidates.ts';
import {
  checkAction,
  filterOf,
  type OrderAction,
  type OrderSelection,
  objectOf,
} from './order-selection.ts';

/** An order to start. */
export interface OrderRequest {
  readonly action: OrderAction;
  readonly over: OrderSelection;
  /** Counts only, and changes nothing. @default false */
  readonly dryRun?: boolean;
  /**
   * What a dry run counted: an order that would take over 10 % more or less is refused.
   * @default any number
   */
  readonly expect?: number;
  /** Maximum rate. @default no limit */
  readonly perSecond?: number;
  /** Maximum number of things, oldest first in the archive, else newest first. @default all */
  readonly limit?: number;
  /** @default none */
  readonly reason?: string;
  /**
   * Whether what is redriven continues under the newest definitions of the leader's program; what
   * cannot is refused. @default false
   */
  readonly latest?: boolean;
}

/** An order that was started, or its dry run. */
export interface StartedOrder {
  /** Null for a dry run. */
  readonly orderId: string | null;
  /** The number of things that it takes. */
  readonly matching: number;
  /** Whether there may be more: counting has a limit. */
  readonly isMinimum: boolean;
  /** Up to ten of them. */
  readonly some: readonly Candidate[];
}

/** Maximum difference between `expect` and what an order takes, as a share of `expect`. */
const expectTolerance = 0.1;

/** Number of things that are counted one by one. */
const countedMax = 10_000;

/** Number of entries of the archive that are counted. */
const archiveCountedMax = 100_000;

/** Number of pages that are read to count: each looks at a bounded number of rows. */
const countPagesMax = 40;

/** Time after which no further page is read to count, in milliseconds: a person waits for it. */
const countMsMax = 150;

const countPage = 1_000;

const someMax = 10;

/** Maximum number of ids of one order. */
const idsMax = 1_000;

type StartContext = Pick<AppContext, 'store' | 'entropy' | 'events' | 'clock'>;

/**
 * Records an order, which a leader carries out; what it takes is frozen now. With `dryRun`, only
 * returns what it would take.
 * @throws CONFLICT when it would take another number of things than expected
 * @throws INVALID_ARGUMENT for an action that the selected things do not have
 */
export async function startOrder(
  context: StartContext,
  request: OrderRequest,
  origin: ChangeOrigin,
): Promise<StartedOrder> {
  const { action, dryRun = false, expect, limit } = request;
  const over = await resolveNames(context, request.over);
  checkRequest(request, over);
  const counted = await countSelected(context, action, over);
  const matching = Math.min(limit ?? Infinity, counted.matching);
  const isMinimum = counted.isMinimum && matching === counted.matching;
  if (expect !== undefined) checkExpected(expect, matching, isMinimum);
  const reply = { matching, isMinimum, some: counted.some.slice(0, matching) };
  if (dryRun) return { orderId: null, ...reply };
  const total = isMinimum ? null : matching;
  const order = await recordOrder(context, { ...request, over }, origin, total);
  return { orderId: order.id, ...reply };
}

/** Replaces `machine:name` by ids, so that the order stays about the same executions. */
async function resolveNames(
  context: Pick<AppContext, 'store'>,
  over: OrderSelection,
): Promise<OrderSelection> {
  const { ids } = filterOf(over);
  if (ids === undefined) return over;
  const resolved = new Set<string>();
  for (const name of ids.slice(0, idsMax + 1)) {
    resolved.add(await resolveExecutionId(context, name));
  }
  const named = { ids: [...resolved] };
  if ('archive' in over) return { archive: named };
  return 'executions' in over ? { executions: named } : { tasks: named };
}

function checkRequest(request: OrderRequest, over: OrderSelection): void {
  const { action, perSecond, limit, latest = false } = request;
  checkAction(action, over);
  if (latest && action !== 'redrive') {
    throw invalid(`latest: expected the action 'redrive'; found '${action}'`);
  }
  const { ids } = filterOf(over);
  if (ids !== undefined && (ids.length === 0 || ids.length > idsMax)) {
    throw invalid(`ids: expected 1 to ${idsMax}; found ${ids.length}`);
  }
  for (const [name, value] of Object.entries({ perSecond, limit })) {
    if (value === undefined || (Number.isSafeInteger(value) && value >= 1)) continue;
    throw invalid(`${name}: expected a whole number of at least 1; found ${value}`);
  }
}

function invalid(message: string): MillraceError {
  return new MillraceError('INVALID_ARGUMENT', message);
}

function checkExpected(expect: number, matching: number, isMinimum: boolean): void {
  if (isMinimum && expect >= matching) return;
  if (Math.abs(matching - expect) <= expect * expectTolerance) return;
  throw new MillraceError(
    'CONFLICT',
    `the order would take ${matching} things, and ${expect} were expected: look at them again, ` +
      `and repeat it with expect ${matching}; nothing was changed`,
    { fields: { matching, expect } },
  );
}

/** Counts what is there now. The archive counts itself; other things are counted up to a limit. */
async function countSelected(
  context: Pick<AppContext, 'store' | 'clock'>,
  action: OrderAction,
  over: OrderSelection,
): Promise<Omit<StartedOrder, 'orderId'>> {
  const until = context.clock.monotonicMs() + countMsMax;
  const query = { action, over };
  const first = await listCandidates(context, query, null, countPage);
  const some = first.candidates.slice(0, someMax);
  if ('archive' in over && over.archive.ids === undefined && first.next !== null) {
    const { ids: _, ...filter } = over.archive;
    const matching = await context.store.countArchive(filter, archiveCountedMax);
    return { matching, isMinimum: matching >= archiveCountedMax, some };
  }
  let matching = first.candidates.length;
  let place = first.next;
  for (let pages = 1; place !== null; pages += 1) {
    const isLong = pages >= countPagesMax || context.clock.monotonicMs() >= until;
    if (matching >= countedMax || isLong) return { matching, isMinimum: true, some };
    const page = await listCandidates(context, query, place, countPage);
    if (some.length < someMax) some.push(...page.candidates.slice(0, someMax - some.length));
    matching += page.candidates.length;
    place = page.next;
  }
  return { matching, isMinimum: false, some };
}

async function recordOrder(
  { store, entropy, events, clock }: StartContext,
  request: OrderRequest,
  origin: ChangeOrigin,
  total: number | null,
): Promise<OrderRecord> {
  const { action, over, perSecond = null, limit = null, reason = null, latest = false } = request;
  const order = await store.createOrder({
    ...origin,
    id: entropy.uuid(),
    action,
    object: objectOf(over),
    over: JSON.stringify({ ...over, ...(latest && { latest }) }),
    reason,
    perSecond,
    itemsMax: limit,
    total,
    ...('archive' in over && { upTo: await endOfArchive(store, over.archive) }),
  });
  await events.publish([createOrderEvent(order, clock.now())]);
  return order;
}

/** The archive has times of its own: entries are as old as the store says. */
async function endOfArchive(
  store: AppContext['store'],
  { ids: _, ...filter }: Extract<OrderSelection, { archive: unknown }>['archive'],
): Promise<number> {
  const selection = { ...filter, all: true };
  return (await presentEntries(selection, (...query) => store.listArchive(...query)))
    .archivedBefore;
}
