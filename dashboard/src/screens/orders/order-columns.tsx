/** The columns of the log of orders. */

import { actionWords, type Order } from '../../orders/order-progress.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { formatCount } from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import { visibleText } from '../../text/visible-text.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import type { DataColumn } from '../../ui/table/data-table.tsx';
import { Time } from '../../ui/time.tsx';
import { OrderObject } from './order-object.tsx';

/** When, who, what, over what, why, and what came of it. */
export const orderColumns: readonly DataColumn<Order>[] = [
  {
    key: 'action',
    title: 'Change',
    width: '170px',
    card: 'title',
    cell: ({ id, action }) => (
      <ScreenLink to="order" params={{ orderId: id }}>
        {actionWords(action)}
      </ScreenLink>
    ),
  },
  {
    key: 'status',
    title: 'Status',
    width: '120px',
    card: 'status',
    cell: ({ status }) => <StatusBadge status={status} quiet />,
  },
  { key: 'object', title: 'Object', cell: (order) => <OrderObject order={order} /> },
  {
    key: 'by',
    title: 'By',
    width: '170px',
    cell: ({ by, via }) =>
      by === null ? (
        `– (${via})`
      ) : (
        <>
          <Visible text={by} /> ({via})
        </>
      ),
  },
  {
    key: 'reason',
    title: 'Reason',
    width: '22%',
    cell: ({ reason }) =>
      reason === null ? (
        '–'
      ) : (
        <span title={visibleText(reason)}>
          <Visible text={reason} />
        </span>
      ),
  },
  {
    key: 'done',
    title: 'Done',
    width: '90px',
    align: 'right',
    card: 'hidden',
    cell: ({ done, total }) => (total === null ? '–' : formatCount(done)),
  },
  { key: 'at', title: 'When', width: '104px', cell: ({ at }) => <Time at={at} /> },
];
