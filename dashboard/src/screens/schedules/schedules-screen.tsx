/** Batches that start by themselves, and tasks that are to come. */
import { Play } from 'lucide-react';
import { useState } from 'react';
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import { useChange } from '../../api/use-change.ts';
import { useOperation } from '../../api/use-operation.ts';
import { cliCommand } from '../../commands/commands.ts';
import { commandsFor } from '../../commands/page-commands.ts';
import { pathTo } from '../../router/routes.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { Visible } from '../../text/visible.tsx';
import { ActionBar } from '../../ui/action-bar.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Loaded, Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { type Column, SimpleTable } from '../../ui/table/simple-table.tsx';
import { Time } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.ts';
import styles from './schedules.module.css';

type Schedule = ApiReply<'listSchedules'>['schedules'][number];

const topics = ['tick'];

/** The schedules, and the tasks scheduled for later. */
export function SchedulesScreen() {
  const query = useOperation('listSchedules', {}, { topics });
  return (
    <>
      <PageHead title="Schedules" commands={commandsFor(['batch', 'list'], 'listSchedules', {})} />
      <div className={styles.screen}>
        <Panel title="Batches that start by themselves" flush>
          <Loaded query={query} rows={3}>
            {({ schedules, evaluatedBy }) => (
              <>
                {evaluatedBy === 'none' && <NotEvaluated schedules={schedules} />}
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

function NotEvaluated({ schedules }: { readonly schedules: readonly Schedule[] }) {
  const [first] = schedules;
  if (first === undefined) return null;
  const command = cliCommand('batch', 'start', first.name);
  return (
    <p className={styles.note}>
      Nothing here evaluates schedules: on AWS, EventBridge does. Here a cron job calls{' '}
      <code>{command}</code>
      <CopyButton text={command} what="the command" />
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
  { key: 'next', title: 'Next', cell: ({ nextAt }) => <Time at={nextAt} /> },
  {
    key: 'last',
    title: 'Last',
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
  { key: 'start', title: '', align: 'right', cell: ({ name }) => <StartNow name={name} /> },
];

function StartNow({ name }: { readonly name: string }) {
  const start = useChange('startBatch');
  const [id] = useState(() => (isSecureContext ? crypto.randomUUID() : undefined));
  const submit = () =>
    start.mutate(
      { body: { name, ...(id !== undefined && { id }) } },
      {
        onSuccess: (batch) =>
          toast('succeeded', `started ${name}`, {
            href: pathTo('batch', { batchId: batch.id }),
            word: 'Show the batch',
          }),
        onError: ({ message }) => toast('failed', message),
      },
    );
  return (
    <ActionBar
      actions={[
        {
          word: 'Start now',
          needs: 'operate',
          icon: Play,
          busy: start.isPending,
          onSelect: submit,
        },
      ]}
    />
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
