/** How far an order is, and what it is called. Pure. */
import type { ApiReply } from '../../../lib/api/contract/contract.ts';
import { visibleText } from '../text/visible-text.ts';

/** An order as the API shows it. */
export type Order = ApiReply<'getOrder'>;

/** How far an order is, and when it ends. */
export interface OrderProgress {
  /** What it has been through: done, and left alone. */
  readonly passed: number;
  /** From 0 to 1; null while the total is not known. */
  readonly share: number | null;
  /** When it ends at its rate, in milliseconds since 1970; null unless it runs at one. */
  readonly endsAt: number | null;
}

/** Returns how far an order is. */
export function progressOf(order: Order, now: number): OrderProgress {
  const { done, refused, total, perSecond, status } = order;
  const passed = done + refused;
  const share = total === null ? null : total === 0 ? 1 : Math.min(1, passed / total);
  const runs = status === 'RUNNING' && perSecond !== null && perSecond > 0 && total !== null;
  const endsAt = runs ? now + (Math.max(0, total - passed) / perSecond) * 1_000 : null;
  return { passed, share, endsAt };
}

/** Whether an order is a large one that a leader carries out, rather than a change made at once. */
export function isCarriedOut({ action }: Pick<Order, 'action'>): boolean {
  return ['redrive', 'cancel', 'delete', 'archive'].includes(action);
}

/** Returns the words of a change: `Pause queue` for `pauseQueue`. */
export function actionWords(action: string): string {
  const words = visibleText(action).replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
