/** The columns of the list of executions. */
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import { MachineLink } from '../../router/machine-link.tsx';
import { ScreenLink } from '../../router/screen-link.tsx';
import { MiddleText } from '../../text/middle-text.tsx';
import { Visible } from '../../text/visible.tsx';
import { visibleText } from '../../text/visible-text.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import type { DataColumn } from '../../ui/table/data-table.tsx';
import { Time, Took } from '../../ui/time.tsx';

/** An execution in the list. */
export type ExecutionRow = ApiReply<'listExecutions'>['executions'][number];

/** The keys of the columns, in their order. */
export const executionColumnKeys = [
  'name',
  'status',
  'error',
  'machine',
  'batch',
  'queue',
  'attempts',
  'labels',
  'created',
  'took',
] as const;

/** The columns that are shown until others are chosen. */
export const usualExecutionColumns = [
  'name',
  'status',
  'error',
  'machine',
  'queue',
  'created',
  'took',
] as const satisfies readonly (typeof executionColumnKeys)[number][];

/** All columns. */
export const executionColumns: readonly DataColumn<ExecutionRow>[] = [
  nameColumn(''),
  {
    key: 'status',
    title: 'Status',
    width: '142px',
    card: 'status',
    cell: ({ status }) => <StatusBadge status={status} quiet live />,
  },
  {
    key: 'error',
    title: 'Error',
    width: '24%',
    cell: ({ error, cause }) =>
      error === null ? (
        '–'
      ) : (
        <span title={cause === null ? undefined : visibleText(cause)}>
          <Visible text={error} />
        </span>
      ),
  },
  {
    key: 'machine',
    title: 'Machine',
    width: '15%',
    cell: ({ machineId, machineVersion }) => (
      <MachineLink machineId={machineId} machineVersion={machineVersion} />
    ),
  },
  {
    key: 'batch',
    title: 'Batch',
    width: '130px',
    card: 'hidden',
    cell: ({ batchId, batchIndex }) =>
      batchId === null ? (
        '–'
      ) : (
        <ScreenLink to="batch" params={{ batchId }} title={batchId}>
          {batchId.slice(-8)} #{batchIndex}
        </ScreenLink>
      ),
  },
  {
    key: 'queue',
    title: 'Queue',
    width: '90px',
    card: 'hidden',
    cell: ({ queue }) => <Visible text={queue} />,
  },
  {
    key: 'attempts',
    title: 'Attempts',
    width: '80px',
    align: 'right',
    card: 'hidden',
    cell: ({ attempts, stalls }) => (stalls === 0 ? attempts : `${attempts} (${stalls} stalls)`),
  },
  {
    key: 'labels',
    title: 'Labels',
    width: '18%',
    card: 'hidden',
    cell: ({ labels = {} }) =>
      Object.entries(labels).map(([key, value]) => (
        <ScreenLink key={key} to="executions" query={{ label: toLabelQuery(key, value) }}>
          <Visible text={`${key}=${value} `} />
        </ScreenLink>
      )),
  },
  {
    key: 'created',
    title: 'Created',
    width: '104px',
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
  {
    key: 'took',
    title: 'Took',
    width: '90px',
    align: 'right',
    card: 'hidden',
    cell: ({ startedAt, endedAt }) => <Took from={startedAt} to={endedAt} />,
  },
];

/** The column of names. @param state the state that links open; '' for none */
export function nameColumn(state: string): DataColumn<ExecutionRow> {
  return {
    key: 'name',
    title: 'Execution',
    card: 'title',
    cell: ({ id, name }) => (
      <ScreenLink to="execution" params={{ executionId: id }} query={{ state }}>
        <MiddleText text={name} />
      </ScreenLink>
    ),
  };
}

/** Returns the filter for a label. In its value a comma would begin the next label. */
export function toLabelQuery(key: string, value: string): string {
  return `${key}=${value.replaceAll('%', '%25').replaceAll(',', '%2C')}`;
}
