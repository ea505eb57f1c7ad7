/** The orders that are being carried out, in the foot of every screen. */
import { useEffect, useRef } from 'react';
import { useOperation } from '../api/use-operation.ts';
import { ScreenLink } from '../router/screen-link.tsx';
import { formatCount, formatPercent } from '../text/format-number.ts';
import { useNow, useZone } from '../time/clock-store.ts';
import { formatClock } from '../time/format-time.ts';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { StatusMark } from '../ui/status-badge.tsx';
import { OrderActions } from './order-actions.tsx';
import styles from './order-foot.module.css';
import { actionWords, type Order, progressOf } from './order-progress.ts';

const topics = ['orders'];

/** Shows running and paused orders; nothing when there are none. */
export function OrderFoot() {
  const running = useOperation(
    'listOrders',
    { query: { status: 'RUNNING', limit: 3 } },
    { topics },
  );
  const paused = useOperation('listOrders', { query: { status: 'PAUSED', limit: 2 } }, { topics });
  const orders = [...(running.data?.orders ?? []), ...(paused.data?.orders ?? [])];
  const foot = useRef<HTMLElement>(null);
  const { length } = orders;
  useEffect(() => {
    const height = length === 0 ? 0 : (foot.current?.offsetHeight ?? 0);
    document.documentElement.style.setProperty('--foot-height', `${height}px`);
  }, [length]);
  if (length === 0) return null;
  return (
    <section ref={foot} className={styles.foot} aria-label="Orders under way">
      {orders.map((order) => (
        <FootLine key={order.id} order={order} />
      ))}
    </section>
  );
}

function FootLine({ order }: { readonly order: Order }) {
  const now = useNow();
  const zone = useZone();
  const { id, action, total, done, refused, perSecond, status } = order;
  const { share, endsAt, passed } = progressOf(order, now);
  return (
    <div className={styles.line}>
      <ScreenLink to="order" params={{ orderId: id }} className={styles.name}>
        <StatusMark status={status} /> {actionWords(action)}
      </ScreenLink>
      <ProgressBar
        done={passed}
        failed={refused}
        of={total}
        label={`Progress of the order: ${actionWords(action)}`}
      />
      <span className={styles.facts}>
        {share !== null && <b>{formatPercent(share)}</b>} {formatCount(done)}
        {total !== null && ` of ${formatCount(total)}`}
        {perSecond !== null && ` · ${formatCount(perSecond)}/s`}
        {endsAt !== null && ` · ends ≈ ${formatClock(endsAt, zone, now)}`}
      </span>
      <OrderActions order={order} />
    </div>
  );
}
