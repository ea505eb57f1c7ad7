/** An order before it is given: what it does, to what, and what has to be confirmed. Pure. */
import type * as z from 'zod';
import type { ApiReply } from '../../../lib/api/contract/contract.ts';
import type { Contract } from '../api/operation-routes.ts';
import type { Need } from '../app/role.ts';
import { formatCount, formatThings } from '../text/format-number.ts';

/** The body of `startOrder`. */
export type OrderBody = z.input<Contract['startOrder']['body']>;

/** What an order does to each thing. */
export type OrderAction = OrderBody['action'];

/** Which things an order takes. */
export type OrderOver = OrderBody['over'];

/** What a dry run counts. */
export type DryRun = ApiReply<'startOrder'>;

/** An order that a person is about to give. */
export interface OrderDraft {
  readonly action: OrderAction;
  readonly over: OrderOver;
  /** The things, in the singular: `execution`, `archive entry`, `task`. */
  readonly thing: string;
  /** The filter in words, or "these 12". */
  readonly scope: string;
  /** What is typed to confirm it, such as the batch's name. @default the action and count */
  readonly confirm?: string | undefined;
}

/** How each action reads. */
export const orderWords: Readonly<
  Record<OrderAction, { readonly verb: string; readonly explains: string; readonly needs: Need }>
> = Object.freeze({
  redrive: {
    verb: 'Redrive',
    explains: 'Runs each again from the state that failed, keeping what succeeded.',
    needs: 'operate',
  },
  cancel: {
    verb: 'Cancel',
    explains: 'Stops each, whichever worker runs it; they end ABORTED.',
    needs: 'operate',
  },
  archive: {
    verb: 'Archive',
    explains: 'Moves each to the archive, from where it can be redriven or deleted.',
    needs: 'operate',
  },
  delete: {
    verb: 'Delete',
    explains: 'Deletes each permanently. This cannot be undone.',
    needs: 'own',
  },
});

/** The rate of an order unless another is chosen. */
export const usualPerSecond = 50;

/** Above this many, a cancel has to be confirmed by typing. */
const typedAbove = 1_000;

/** Returns what has to be typed before the order is given; null when nothing has to. */
export function typedConfirmation(
  { action, confirm }: OrderDraft,
  { matching }: Pick<DryRun, 'matching'>,
): string | null {
  const isLarge = matching > typedAbove;
  if (action === 'delete' || (action === 'cancel' && isLarge)) {
    return confirm ?? `${action} ${matching}`;
  }
  return null;
}

/** Returns `1,204 executions`, or `at least 100,000 executions`. */
export function matchingText({ thing }: OrderDraft, { matching, isMinimum }: DryRun): string {
  const things = thing.endsWith('y') ? `${thing.slice(0, -1)}ies` : `${thing}s`;
  const text = formatThings(matching, thing, things);
  return isMinimum ? `at least ${text}` : text;
}

/** How many an order takes: what matches, or its limit. */
export function takenCount({ matching }: DryRun, limit: number | null): number {
  return limit === null ? matching : Math.min(limit, matching);
}

/** Returns how long an order takes at its rate, in milliseconds. */
export function expectedMs(count: number, perSecond: number): number {
  return (count / perSecond) * 1_000;
}

/** Reads a whole number from 1; null for a blank text, a fault for anything else. */
export function readLimit(
  text: string,
  max = 1_000_000_000,
): { readonly value: number | null; readonly fault: string | null } {
  const trimmed = text.trim().replaceAll(',', '');
  if (trimmed === '') return { value: null, fault: null };
  const value = Number(trimmed);
  const isFine = /^\d+$/.test(trimmed) && value >= 1 && value <= max;
  return isFine
    ? { value, fault: null }
    : { value: null, fault: `expected a whole number from 1 to ${formatCount(max)}` };
}
