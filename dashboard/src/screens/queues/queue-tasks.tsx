/** The tasks of a queue in one state, and orders over them. */
import { Archive, Ban, RotateCw, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import { api } from '../../api/api.ts';
import { OrderDialog } from '../../orders/order-dialog.tsx';
import type { OrderAction, OrderDraft } from '../../orders/order-draft.ts';
import { pathTo } from '../../router/routes.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { MiddleText } from '../../text/middle-text.tsx';
import { Visible } from '../../text/visible.tsx';
import { type Action, ActionBar } from '../../ui/action-bar.tsx';
import { Empty } from '../../ui/empty.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { type DataColumn, DataTable, type RowChoice } from '../../ui/table/data-table.tsx';
import { ListFoot } from '../../ui/table/list-foot.tsx';
import { heldRows } from '../../ui/table/list-pages.ts';
import { pageRows, useListPages } from '../../ui/table/use-list-pages.ts';
import { useRowChoice } from '../../ui/table/use-row-choice.ts';
import { Time } from '../../ui/time.tsx';
import { type TaskTab, taskTabMeanings } from './queue-model.ts';
import styles from './queues.module.css';

type Task = ApiReply<'listTasks'>['tasks'][number];

const rowKey = ({ id }: Task) => id;
const href = ({ id }: Task) => pathTo('execution', { executionId: id });

/** The orders that make sense in each state. */
const ordersIn: Readonly<Record<TaskTab, readonly OrderAction[]>> = {
  pending: ['cancel', 'archive'],
  active: ['cancel'],
  waiting: ['cancel'],
  retry: ['redrive', 'cancel', 'archive'],
  scheduled: ['redrive', 'cancel', 'archive', 'delete'],
  failed: ['redrive', 'archive', 'delete'],
  archived: ['redrive', 'delete'],
  succeeded: ['delete'],
};

/** The tasks of one tab. */
export function QueueTasks({ queue, state }: { readonly queue: string; readonly state: TaskTab }) {
  const listKey = JSON.stringify(['listTasks', queue, state]);
  const source = useListPages<Task>({
    listKey,
    rowKey,
    load: async (cursor, signal) => {
      const call = { query: { queue, state, limit: pageRows, cursor } };
      const { tasks, next, lookedAt } = await api.call('listTasks', call, signal);
      return { rows: tasks, next, lookedAt };
    },
  });
  const keys = useMemo(() => heldRows(source.list).map(rowKey), [source.list]);
  const choice = useRowChoice(keys, listKey);
  return (
    <>
      <div className={styles.meaning}>
        <span>{taskTabMeanings[state]}</span>
        <TaskOrders queue={queue} state={state} choice={choice} />
      </div>
      <DataTable
        label={`Tasks of ${queue}, ${state}`}
        source={source}
        columns={columns}
        rowKey={rowKey}
        href={href}
        choice={choice}
        empty={<Empty title="No task is in this state." />}
      />
      <ListFoot source={source} thing="task" />
    </>
  );
}

const looks = {
  redrive: { word: 'Redrive…', needs: 'operate', icon: RotateCw },
  cancel: { word: 'Cancel…', needs: 'operate', icon: Ban },
  archive: { word: 'Archive…', needs: 'operate', icon: Archive },
  delete: { word: 'Delete…', needs: 'own', icon: Trash2, kind: 'danger' },
} as const satisfies Readonly<Record<OrderAction, Omit<Action, 'onSelect'>>>;

function TaskOrders({
  queue,
  state,
  choice: { keys },
}: {
  readonly queue: string;
  readonly state: TaskTab;
  readonly choice: RowChoice;
}) {
  const [draft, setDraft] = useState<OrderDraft | null>(null);
  const order = (action: OrderAction) =>
    setDraft(
      keys.size > 0
        ? {
            action,
            over: { tasks: { ids: [...keys] } },
            thing: 'task',
            scope: `these ${keys.size}`,
          }
        : {
            action,
            over: { tasks: { queue, state } },
            thing: 'task',
            scope: `all of the queue ${queue} in the state ${state}`,
            confirm: queue,
          },
    );
  const actions = ordersIn[state].map((action) => ({
    ...looks[action],
    blocked: keys.size > 1_000 ? 'Choose 1,000 rows at most, or none for all' : null,
    onSelect: () => order(action),
  }));
  return (
    <>
      <ActionBar actions={actions} />
      {draft !== null && <OrderDialog draft={draft} onClose={() => setDraft(null)} />}
    </>
  );
}

const columns: readonly DataColumn<Task>[] = [
  {
    key: 'name',
    title: 'Execution',
    card: 'title',
    cell: ({ id, name }) => (
      <ScreenLink to="execution" params={{ executionId: id }} title={id}>
        <MiddleText text={name} />
      </ScreenLink>
    ),
  },
  {
    key: 'status',
    title: 'Status',
    width: '142px',
    card: 'status',
    cell: ({ status }) => <StatusBadge status={status} quiet />,
  },
  {
    key: 'machine',
    title: 'Machine',
    width: '20%',
    card: 'hidden',
    cell: ({ machineId, machineVersion }) => (
      <>
        <Visible text={machineId} />@{machineVersion}
      </>
    ),
  },
  {
    key: 'error',
    title: 'Error',
    width: '18%',
    cell: ({ error }) => (error === null ? '–' : <Visible text={error} />),
  },
  { key: 'due', title: 'Due', width: '100px', cell: ({ dueAt }) => <Time at={dueAt} /> },
  {
    key: 'created',
    title: 'Created',
    width: '104px',
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
  {
    key: 'worker',
    title: 'Worker',
    width: '130px',
    card: 'hidden',
    cell: ({ workerId }) =>
      workerId === null ? (
        '–'
      ) : (
        <ScreenLink to="workers">
          <Visible text={workerId} />
        </ScreenLink>
      ),
  },
];
