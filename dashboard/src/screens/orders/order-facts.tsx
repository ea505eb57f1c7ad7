/** Everything that is known of an order. */
import type { ReactNode } from 'react';
import { OrderActions } from '../../orders/order-actions.tsx';
import { actionWords, isCarriedOut, type Order, progressOf } from '../../orders/order-progress.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { formatCount, formatPercent } from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import { useNow } from '../../time/clock-store.ts';
import { FactList } from '../../ui/fact-list.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { Time } from '../../ui/time.tsx';
import { OrderObject } from './order-object.tsx';
import styles from './orders.module.css';

/** Progress, actions and facts. */
export function OrderFacts({ order }: { readonly order: Order }) {
  const { share, endsAt, passed } = progressOf(order, useNow());
  const { action, total, done, refused, perSecond } = order;
  return (
    <div className={styles.order}>
      {isCarriedOut(order) && (
        <>
          <ProgressBar
            done={passed}
            failed={refused}
            of={total}
            label={`Progress of the order: ${actionWords(action)}`}
          />
          <div className={styles.line}>
            <span>
              {share !== null && <b>{formatPercent(share)}</b>} {formatCount(done)} done
              {total !== null && ` of ${formatCount(total)}`}
              {refused > 0 && `, ${formatCount(refused)} had changed meanwhile`}
              {perSecond !== null && ` · ${formatCount(perSecond)}/s`}
              {endsAt !== null && (
                <>
                  {' · ends ≈ '}
                  <Time at={endsAt} form="clock" />
                </>
              )}
            </span>
            <OrderActions order={order} />
          </div>
        </>
      )}
      <FactList facts={factsOf(order)} />
    </div>
  );
}

function factsOf(order: Order): Readonly<Record<string, ReactNode>> {
  const { id, at, by, via, reason, endedAt, outcome, requestId } = order;
  return {
    Ordered: <Time at={at} form="absolute" />,
    By: (
      <>
        <Visible text={by ?? 'not known'} /> ({via})
      </>
    ),
    Object: <OrderObject order={order} />,
    Reason: reason === null ? '–' : <Visible text={reason} />,
    Ended: endedAt === null ? undefined : <Time at={endedAt} form="absolute" />,
    Outcome: outcome === null ? undefined : <Visible text={outcome} />,
    Request: requestId ?? undefined,
    Id: (
      <ScreenLink to="order" params={{ orderId: id }}>
        {id}
      </ScreenLink>
    ),
  };
}
