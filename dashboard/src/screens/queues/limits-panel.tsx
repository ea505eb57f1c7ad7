/** The limits of machines and handlers: what is in use, what waits, and the busiest keys. */
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import { useOperation } from '../../api/use-operation.ts';
import { formatCapped, formatDuration } from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import { Panel } from '../../ui/panel.tsx';
import { type Column, SimpleTable } from '../../ui/table/simple-table.tsx';

type Limits = ApiReply<'listLimits'>;
type Limit = Limits['limits'][number];

/** A row: a limit, or one of its keys. */
interface Row {
  readonly id: string;
  readonly limit: Limit;
  readonly key: string | null;
  readonly inUse: number;
  readonly waiting: number;
}

const topics = ['tick'];
const query = { keys: 5 };

/** Shows nothing for an app without limits. */
export function LimitsPanel() {
  const { data } = useOperation('listLimits', { query }, { topics });
  if (data === undefined || data.limits.length === 0) return null;
  return (
    <Panel title="Limits" flush>
      <SimpleTable
        label="Limits"
        columns={columnsUpTo(data.countedUpTo)}
        rows={data.limits.flatMap(toRows)}
        rowKey={({ id }) => id}
      />
    </Panel>
  );
}

function toRows(limit: Limit): Row[] {
  const id = `${limit.kind} ${limit.name} ${limit.limit}`;
  const total = { id, limit, key: null, inUse: limit.inUse, waiting: limit.waiting };
  return [total, ...limit.keys.map((each) => ({ ...each, id: `${id} ${each.key}`, limit }))];
}

function columnsUpTo(upTo: number): readonly Column<Row>[] {
  return [
    {
      key: 'name',
      title: 'Of',
      cell: ({ limit, key }) => (key === null ? <Visible text={limit.name} /> : null),
    },
    {
      key: 'limit',
      title: 'Limit',
      cell: ({ limit, key }) => <Visible text={key === null ? limit.limit : `– ${key}`} />,
    },
    {
      key: 'allowed',
      title: 'Allowed',
      align: 'right',
      cell: ({ limit, key }) =>
        key === null ? (limit.rate ?? limit.concurrency ?? 'removed') : null,
    },
    {
      key: 'inUse',
      title: 'In use',
      align: 'right',
      cell: ({ limit, inUse }) => (limit.rate === null ? formatCapped(inUse, upTo) : '–'),
    },
    {
      key: 'waiting',
      title: 'Waiting',
      align: 'right',
      cell: ({ waiting }) => formatCapped(waiting, upTo),
    },
    {
      key: 'longest',
      title: 'Longest',
      align: 'right',
      cell: ({ limit, key }) =>
        key === null && limit.oldestMs !== null ? formatDuration(limit.oldestMs) : null,
    },
  ];
}
