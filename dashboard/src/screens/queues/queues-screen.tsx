/** All queues: what waits in them, and how often each is asked. */
import { useLocation } from 'wouter';
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import { useOperation } from '../../api/use-operation.ts';
import { commandsFor } from '../../commands/page-commands.ts';
import { pathTo } from '../../router/routes.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { formatCapped, formatCount, formatDuration } from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import { Empty } from '../../ui/empty.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Loaded, Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { statusLook } from '../../ui/status-look.ts';
import { type Column, SimpleTable } from '../../ui/table/simple-table.tsx';
import { LimitsPanel } from './limits-panel.tsx';
import { PauseQueue } from './pause-queue.tsx';
import { oldestAge, weightText } from './queue-model.ts';
import styles from './queues.module.css';

/** A queue as the API shows it. */
type Queue = ApiReply<'getQueue'>;

const topics = ['tick'];

/** The list of queues. */
export function QueuesScreen() {
  const query = useOperation('listQueues', {}, { topics });
  return (
    <>
      <PageHead title="Queues" commands={commandsFor(['queue', 'list'], 'listQueues', {})} />
      <div className={styles.screen}>
        <Panel flush>
          <Loaded query={query} rows={5}>
            {({ queues, tasksCountedUpTo }) =>
              queues.length === 0 ? (
                <Empty title="The configuration has no queue." />
              ) : (
                <QueuesTable queues={queues} upTo={tasksCountedUpTo} />
              )
            }
          </Loaded>
        </Panel>
        <LimitsPanel />
      </div>
    </>
  );
}

function QueuesTable({
  queues,
  upTo,
}: {
  readonly queues: readonly Queue[];
  readonly upTo: number;
}) {
  const [, navigate] = useLocation();
  const tasks = (['pending', 'active', 'retry', 'scheduled', 'archived'] as const).map((state) => ({
    key: state,
    title: statusLook(state).word,
    align: 'right' as const,
    cell: ({ queue, tasks: counts }: Queue) => (
      <ScreenLink to="queue" params={{ queue }} query={{ tab: state }}>
        {formatCapped(counts[state], upTo)}
      </ScreenLink>
    ),
  }));
  const weight: Column<Queue> = {
    key: 'weight',
    title: 'Weight',
    align: 'right',
    cell: (row) => <span title={weightText(row.weight, queues)}>{row.weight ?? '–'}</span>,
  };
  return (
    <SimpleTable
      label="Queues"
      columns={[nameColumn, weight, ...messageColumns, ...tasks, stateColumn]}
      rows={queues}
      rowKey={({ queue }) => queue}
      onOpen={({ queue }) => navigate(pathTo('queue', { queue }))}
    />
  );
}

const nameColumn: Column<Queue> = {
  key: 'queue',
  title: 'Queue',
  cell: ({ queue }) => (
    <ScreenLink to="queue" params={{ queue }}>
      <Visible text={queue} />
    </ScreenLink>
  ),
};

const messageColumns: readonly Column<Queue>[] = [
  {
    key: 'ready',
    title: 'Ready',
    align: 'right',
    cell: ({ messages }) => (messages === null ? <Elsewhere /> : formatCount(messages.ready)),
  },
  {
    key: 'oldest',
    title: 'Oldest',
    align: 'right',
    cell: ({ messages }) => {
      const age = messages && oldestAge(messages);
      return age === null ? '–' : formatDuration(age);
    },
  },
];

const stateColumn: Column<Queue> = {
  key: 'state',
  title: '',
  align: 'right',
  cell: ({ queue, messages }) => (
    <span className={styles.state}>
      {messages?.paused && <StatusBadge status="PAUSED" quiet />}
      <PauseQueue queue={queue} isPaused={messages?.paused ?? false} />
    </span>
  ),
};

/** What stands for messages that another process holds in its memory. */
export function Elsewhere() {
  return <span title="The messages lie in the memory of another process">elsewhere</span>;
}
