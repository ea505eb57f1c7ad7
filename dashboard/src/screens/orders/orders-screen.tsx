/** Orders: those under way with their progress, and below them every change that was made. */
import { api } from '../../api/api.ts';
import { useOperation } from '../../api/use-operation.ts';
import { commandsFor } from '../../commands/page-commands.ts';
import { actionWords, isCarriedOut, type Order } from '../../orders/order-progress.ts';
import { pathTo } from '../../router/routes.ts';
import { Empty } from '../../ui/empty.tsx';
import { FilterBar } from '../../ui/filter/filter-bar.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Panel } from '../../ui/panel.tsx';
import { DataTable } from '../../ui/table/data-table.tsx';
import { ListFoot } from '../../ui/table/list-foot.tsx';
import { pageRows, useListPages } from '../../ui/table/use-list-pages.ts';
import { UrlFaults } from '../../ui/url-faults.tsx';
import { useUrlState } from '../../url-state/use-url-state.ts';
import { orderColumns } from './order-columns.tsx';
import { OrderFacts } from './order-facts.tsx';
import { orderCodecs, orderFilters, orderListWords, orderQuery } from './order-filters.ts';
import styles from './orders.module.css';

const topics = ['orders'];
const rowKey = ({ id }: Order) => id;
const href = ({ id }: Order) => pathTo('order', { orderId: id });

/** The orders under way, and the log. */
export function OrdersScreen() {
  const { values, faults, set } = useUrlState(orderCodecs);
  const query = orderQuery(values);
  const source = useListPages<Order>({
    listKey: JSON.stringify(['listOrders', query]),
    rowKey,
    load: async (cursor, signal) => {
      const call = { query: { ...query, limit: pageRows, cursor } };
      const { orders, next } = await api.call('listOrders', call, signal);
      return { rows: orders, next };
    },
  });
  return (
    <>
      <PageHead
        title="Orders"
        commands={commandsFor(orderListWords(values), 'listOrders', { query })}
      >
        <FilterBar filters={orderFilters} values={values} onChange={set} />
      </PageHead>
      <UrlFaults faults={faults} />
      <UnderWay />
      <DataTable
        label="Every change"
        source={source}
        columns={orderColumns}
        rowKey={rowKey}
        href={href}
        empty={<Empty title="No change is in the log, or none matches." />}
      />
      <ListFoot source={source} thing="change" />
    </>
  );
}

function UnderWay() {
  const running = useOperation(
    'listOrders',
    { query: { status: 'RUNNING', limit: 10 } },
    { topics },
  );
  const paused = useOperation('listOrders', { query: { status: 'PAUSED', limit: 10 } }, { topics });
  const orders = [...(running.data?.orders ?? []), ...(paused.data?.orders ?? [])];
  const large = orders.filter(isCarriedOut);
  if (large.length === 0) return null;
  return (
    <div className={styles.running}>
      {large.map((order) => (
        <Panel key={order.id} title={`${actionWords(order.action)}, under way`}>
          <OrderFacts order={order} />
        </Panel>
      ))}
    </div>
  );
}
