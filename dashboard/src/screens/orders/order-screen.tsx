/** One order, or one change of the log. */
import { useParams } from 'wouter';
import { useOperation } from '../../api/use-operation.ts';
import { commandsFor } from '../../commands/page-commands.ts';
import { actionWords } from '../../orders/order-progress.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { TextTools } from '../../ui/document/document-view.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Loaded, Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { OrderFacts } from './order-facts.tsx';
import styles from './orders.module.css';

const topics = ['orders'];

/** The order of the address. */
export function OrderScreen() {
  const { orderId } = useParams<{ orderId: string }>();
  const query = useOperation('getOrder', { params: { orderId } }, { topics });
  const title = query.data === undefined ? 'Order' : actionWords(query.data.action);
  return (
    <>
      <PageHead
        title={title}
        status={query.data !== undefined && <StatusBadge status={query.data.status} live />}
        commands={commandsFor(['order', 'get', orderId], 'getOrder', { params: { orderId } })}
      >
        <ScreenLink to="orders">Orders</ScreenLink>
      </PageHead>
      <div className={styles.screen}>
        <Loaded query={query} rows={6}>
          {(order) => (
            <>
              <Panel>
                <OrderFacts order={order} />
              </Panel>
              <Panel title="Over what">
                <TextTools text={JSON.stringify(order.over)} label="The selection" />
              </Panel>
            </>
          )}
        </Loaded>
      </div>
    </>
  );
}
