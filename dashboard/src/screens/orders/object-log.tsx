/** Who did what to one object, and why: the part of the log that belongs to its screen. */
import { useOperation } from '../../api/use-operation.ts';
import { actionWords } from '../../orders/order-progress.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { Visible } from '../../text/visible.tsx';
import { Loaded, Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './orders.module.css';

const topics = ['orders'];

/** The newest changes of an object such as `queue:low`; nothing when there are none. */
export function ObjectLog({ object }: { readonly object: string }) {
  const query = useOperation('listOrders', { query: { object, limit: 10 } }, { topics });
  if (query.data?.orders.length === 0) return null;
  return (
    <Panel
      title="Who changed it"
      flush
      aside={
        <ScreenLink to="orders" query={{ object }}>
          All changes
        </ScreenLink>
      }
    >
      <Loaded query={query} rows={2}>
        {({ orders }) => (
          <ul className={styles.log}>
            {orders.map(({ id, action, by, via, reason, at }) => (
              <li key={id}>
                <ScreenLink to="order" params={{ orderId: id }}>
                  {actionWords(action)}
                </ScreenLink>
                <span>
                  by <Visible text={by ?? `a caller without a name (${via})`} />
                </span>
                {reason !== null && (
                  <span>
                    <Visible text={reason} />
                  </span>
                )}
                <Time at={at} />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}
