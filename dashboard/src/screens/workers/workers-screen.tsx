/** The processes: leaders and workers, those alive and those lost within the last hour. */
import { useOperation } from '../../api/use-operation.ts';
import { commandsFor } from '../../commands/page-commands.ts';
import { formatCount, formatDuration, formatThings } from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Loaded, Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { type Column, SimpleTable } from '../../ui/table/simple-table.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './workers.module.css';
import { lossesOf, runningVersions, slotsOf, sortWorkers, type Worker } from './workers-model.ts';

const topics = ['tick'];

/** The list of processes. */
export function WorkersScreen() {
  const query = useOperation('listWorkers', {}, { topics });
  const workers = query.data?.workers ?? [];
  const { slots, busy } = slotsOf(workers);
  return (
    <>
      <PageHead title="Workers" commands={commandsFor(['worker', 'list'], 'listWorkers', {})}>
        {query.data !== undefined && (
          <span>
            {formatCount(busy)} of {formatCount(slots)} slots busy
          </span>
        )}
      </PageHead>
      <MixedVersions workers={workers} />
      <LostWorkers workers={workers} />
      <Panel flush>
        <Loaded query={query} rows={5}>
          {(reply) =>
            reply.workers.length === 0 ? (
              <Empty title="No process has reported itself within the last hour." />
            ) : (
              <WorkersTable workers={sortWorkers(reply.workers)} />
            )
          }
        </Loaded>
      </Panel>
    </>
  );
}

function MixedVersions({ workers }: { readonly workers: readonly Worker[] }) {
  const versions = runningVersions(workers);
  if (versions.length < 2) return null;
  return (
    <p className={styles.mixed}>
      Several versions run at the same time: <Visible text={versions.join(', ')} />. That is fine
      during a deployment, and not for long.
    </p>
  );
}

/** What became of the executions that lost workers held. */
function LostWorkers({ workers }: { readonly workers: readonly Worker[] }) {
  const losses = lossesOf(workers);
  if (losses === null) return null;
  const { lost, held, takeovers } = losses;
  return (
    <p className={styles.mixed}>
      {formatThings(lost, 'worker was', 'workers were')} lost within the last hour.{' '}
      {held > 0 && `${formatThings(held, 'execution')} will be taken over when the lease expires. `}
      {takeovers.length > 0 && 'Taken over from lost workers: '}
      {takeovers.map(({ worker, count }, index) => (
        <span key={worker.workerId}>
          {index > 0 && ', '}
          {formatCount(count)} by <Visible text={worker.host} /> (pid {worker.pid})
        </span>
      ))}
      {takeovers.length > 0 && '.'}
    </p>
  );
}

function WorkersTable({ workers }: { readonly workers: readonly Worker[] }) {
  const [common] = runningVersions(workers);
  const columns: readonly Column<Worker>[] = [
    { key: 'worker', title: 'Process', cell: (worker) => <Process worker={worker} /> },
    {
      key: 'status',
      title: 'Status',
      cell: ({ alive }) => <StatusBadge status={alive ? 'alive' : 'lost'} quiet />,
    },
    { key: 'role', title: 'Role', cell: ({ role }) => <Visible text={role} /> },
    {
      key: 'version',
      title: 'Version',
      cell: ({ version }) => (
        <span className={version === common ? '' : styles.other}>
          <Visible text={version} />
        </span>
      ),
    },
    {
      key: 'queues',
      title: 'Queues',
      cell: ({ queues }) => <Visible text={queues.length === 0 ? '–' : queues.join(', ')} />,
    },
    ...figureColumns,
  ];
  return (
    <SimpleTable
      label="Processes"
      columns={columns}
      rows={workers}
      rowKey={({ workerId }) => workerId}
    />
  );
}

const figureColumns: readonly Column<Worker>[] = [
  {
    key: 'busy',
    title: 'Busy',
    align: 'right',
    cell: ({ busy, running, concurrency, alive }) =>
      alive
        ? `${formatCount(busy ?? running)}${concurrency === null ? '' : ` of ${formatCount(concurrency)}`}`
        : `held ${formatCount(running)}`,
  },
  {
    key: 'ended',
    title: 'Ended/min',
    align: 'right',
    cell: ({ endedPerMinute }) => (endedPerMinute === null ? '–' : formatCount(endedPerMinute)),
  },
  {
    key: 'takenOver',
    title: 'Taken over',
    align: 'right',
    cell: ({ takenOver }) => (takenOver === null ? '–' : formatCount(takenOver)),
  },
  {
    key: 'commit',
    title: 'Commit',
    align: 'right',
    cell: ({ commitMs }) => (commitMs === null ? '–' : formatDuration(commitMs)),
  },
  {
    key: 'since',
    title: 'Since',
    align: 'right',
    cell: ({ startedAt }) => <Time at={startedAt} />,
  },
  {
    key: 'beat',
    title: 'Last beat',
    align: 'right',
    cell: ({ lastBeatAt }) => <Time at={lastBeatAt} />,
  },
];

function Process({ worker: { host, pid, workerId } }: { readonly worker: Worker }) {
  return (
    <span className={styles.process}>
      <span>
        <Visible text={host} /> <small>pid {pid}</small>
      </span>
      <small className={styles.id}>
        <Visible text={workerId} />
        <CopyButton text={workerId} what="the worker's id" />
      </small>
    </span>
  );
}
