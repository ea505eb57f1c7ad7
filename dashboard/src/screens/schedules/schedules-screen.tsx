/** Batches that start by themselves, and tasks that are to come. */
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import { useOperation } from '../../api/use-operation.ts';
import { commandsFor } from '../../commands/page-commands.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { Visible } from '../../text/visible.tsx';
import { useNow } from '../../time/clock-store.ts';
import { Empty } from '../../ui/empty.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Loaded, Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { type Column, SimpleTable } from '../../ui/table/simple-table.tsx';
import { Time } from '../../ui/time.tsx';
import { ScheduleActions } from './schedule-actions.tsx';
import { findUnattended, type Schedule } from './schedule-model.ts';
import styles from './schedules.module.css';

const topics = ['tick'];

/** The schedules, and the tasks scheduled for later. */
export function SchedulesScreen() {
  const query = useOperation('listSchedules', {}, { topics });
  return (
    <>
      <PageHead
        title="Schedules"
        commands={commandsFor(['schedule', 'list'], 'listSchedules', {})}
      />
      <div className={styles.screen}>
        <Panel title="Batches that start by themselves" flush>
          <Loaded query={query} rows={3}>
            {({ schedules, evaluatedBy }) => (
              <>
                {evaluatedBy === 'leader' && <Unattended schedules={schedules} />}
                <Schedules schedules={schedules} />
              </>
            )}
          </Loaded>
        </Panel>
        <ScheduledTasks />
      </div>
    </>
  );
}

/** Tells of schedules that no leader evaluates: nothing starts their batches. */
function Unattended({ schedules }: { readonly schedules: readonly Schedule[] }) {
  const unattended = findUnattended(schedules, useNow());
  if (unattended.length === 0) return null;
  return (
    <p className={styles.note}>
      No leader evaluates {unattended.join(', ')}: start <code>millrace leader</code>, or{' '}
      <code>millrace dev</code>, with the configuration that has it.
    </p>
  );
}

function Schedules({ schedules }: { readonly schedules: readonly Schedule[] }) {
  if (schedules.length === 0) {
    return <Empty title="No batch of the configuration has a schedule or a trigger." />;
  }
  return (
    <SimpleTable label="Schedules" columns={columns} rows={schedules} rowKey={({ name }) => name} />
  );
}

const columns: readonly Column<Schedule>[] = [
  { key: 'name', title: 'Batch', cell: ({ name }) => <Visible text={name} /> },
  {
    key: 'when',
    title: 'Starts',
    cell: ({ schedule, timeZone, onObject }) => (
      <>
        {schedule !== null && (
          <code>
            <Visible text={schedule} />
          </code>
        )}{' '}
        {timeZone !== null && <Visible text={timeZone} />}
        {onObject && <span>{schedule === null ? 'for' : ', and for'} each new object</span>}
      </>
    ),
  },
  { key: 'next', title: 'Next', cell: (schedule) => <NextTime schedule={schedule} /> },
  {
    key: 'due',
    title: 'Last due',
    cell: ({ lastDueAt, missed }) =>
      missed === null ? (
        <Time at={lastDueAt} />
      ) : (
        <span title={missed.reason}>
          <Time at={missed.dueAt} /> did not start: <Visible text={missed.reason} />
        </span>
      ),
  },
  {
    key: 'last',
    title: 'Last batch',
    cell: ({ last }) =>
      last === null ? (
        'never'
      ) : (
        <span className={styles.last}>
          <ScreenLink to="batch" params={{ batchId: last.batchId }}>
            <Time at={last.createdAt} />
          </ScreenLink>
          <StatusBadge status={last.status} quiet />
        </span>
      ),
  },
  {
    key: 'change',
    title: '',
    align: 'right',
    cell: (schedule) => <ScheduleActions schedule={schedule} />,
  },
];

function NextTime({ schedule }: { readonly schedule: Schedule }) {
  const { paused, pausedReason, nextAt, waiting } = schedule;
  if (paused === true) {
    return (
      <span className={styles.last} title={pausedReason ?? undefined}>
        <StatusBadge status="PAUSED" quiet />
        {pausedReason !== null && <Visible text={pausedReason} />}
      </span>
    );
  }
  if (waiting?.reason == null) return <Time at={nextAt} />;
  return (
    <span title={waiting.reason}>
      <Time at={waiting.dueAt} /> waits, tried {waiting.tries} times
    </span>
  );
}

function ScheduledTasks() {
  const query = useOperation('listTasks', { query: { state: 'scheduled', limit: 50 } }, { topics });
  return (
    <Panel title="Tasks to come" flush>
      <Loaded query={query} rows={3}>
        {({ tasks, next }) =>
          tasks.length === 0 ? (
            <Empty title="No task is scheduled for later." />
          ) : (
            <>
              <SimpleTable
                label="Tasks to come"
                rows={tasks}
                rowKey={({ id }) => id}
                columns={taskColumns}
              />
              {next !== null && <p className={styles.note}>More are in the tabs of the queues.</p>}
            </>
          )
        }
      </Loaded>
    </Panel>
  );
}

const taskColumns: readonly Column<ApiReply<'listTasks'>['tasks'][number]>[] = [
  {
    key: 'name',
    title: 'Execution',
    cell: ({ id, name }) => (
      <ScreenLink to="execution" params={{ executionId: id }}>
        <Visible text={name} />
      </ScreenLink>
    ),
  },
  { key: 'machine', title: 'Machine', cell: ({ machineId }) => <Visible text={machineId} /> },
  { key: 'queue', title: 'Queue', cell: ({ queue }) => <Visible text={queue} /> },
  { key: 'due', title: 'Due', cell: ({ dueAt }) => <Time at={dueAt} /> },
];
