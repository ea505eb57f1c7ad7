import type { Millrace } from '../app/millrace.ts';
import type { OrderDetails } from '../operations/orders/orders.ts';
import { showProgress } from './archive-selection.ts';
import type { Io } from './io.ts';

/** Shows the progress of an order until it has ended, is paused, or the user interrupts. */
export async function watchOrder(
  io: Io,
  { orders }: Millrace,
  orderId: string,
  { label, total }: { readonly label: string; readonly total: number },
): Promise<OrderDetails> {
  const progress = showProgress(io, label, total);
  const onProgress = ({ done, refused }: OrderDetails) => progress(done + refused);
  const ended = await orders.wait(orderId, { signal: io.interrupted, onProgress });
  progress(null);
  return ended;
}
