/** What an order is about: its object as a link to its screen, or its selection in words. */
import { Link } from 'wouter';
import type { Order } from '../../orders/order-progress.ts';
import { MiddleText } from '../../text/middle-text.tsx';
import { objectPath } from './object-path.ts';
import { selectionText } from './selection-text.ts';

/** Shows `batch:ID`, `queue:NAME` and the like, or `archive: error Busy`. */
export function OrderObject({ order: { object, over } }: { readonly order: Order }) {
  if (object === null) return <MiddleText text={selectionText(over) ?? '–'} />;
  const path = objectPath(object);
  const text = <MiddleText text={object} />;
  return path === null ? text : <Link href={path}>{text}</Link>;
}
