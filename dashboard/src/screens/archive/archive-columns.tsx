/** The columns of the archive. */
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { MiddleText } from '../../text/middle-text.tsx';
import { Visible } from '../../text/visible.tsx';
import { visibleText } from '../../text/visible-text.ts';
import type { DataColumn } from '../../ui/table/data-table.tsx';
import { Time } from '../../ui/time.tsx';

/** An entry of the archive. */
export type ArchiveEntry = ApiReply<'listArchive'>['entries'][number];

/** Execution, error, machine, queue, attempts, time. */
export const archiveColumns: readonly DataColumn<ArchiveEntry>[] = [
  {
    key: 'name',
    title: 'Execution',
    card: 'title',
    cell: ({ taskId, executionName }) => (
      <ScreenLink to="archived" params={{ taskId }} title={taskId}>
        <MiddleText text={executionName ?? taskId} />
      </ScreenLink>
    ),
  },
  {
    key: 'error',
    title: 'Error',
    width: '32%',
    cell: ({ error, cause, reason }) => (
      <span title={visibleText(cause ?? reason)}>
        <Visible text={error ?? reason} />
      </span>
    ),
  },
  {
    key: 'machine',
    title: 'Machine',
    width: '16%',
    card: 'hidden',
    cell: ({ machineId }) => (machineId === null ? '–' : <Visible text={machineId} />),
  },
  {
    key: 'queue',
    title: 'Queue',
    width: '100px',
    card: 'hidden',
    cell: ({ queue }) => <Visible text={queue} />,
  },
  {
    key: 'attempts',
    title: 'Attempts',
    width: '90px',
    align: 'right',
    cell: ({ attempts }) => attempts,
  },
  {
    key: 'archived',
    title: 'Archived',
    width: '110px',
    card: 'status',
    cell: ({ archivedAt }) => <Time at={archivedAt} />,
  },
];
