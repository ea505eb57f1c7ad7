/** The columns of the list of batches. */
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import { MachineLink } from '../../router/machine-link.tsx';
import { ScreenLink } from '../../router/screen-link.tsx';
import { formatCount, formatPercent } from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import type { DataColumn } from '../../ui/table/data-table.tsx';
import { Time, Took } from '../../ui/time.tsx';
import styles from './batch-columns.module.css';

/** A batch in the list. */
export type Batch = ApiReply<'listBatches'>['batches'][number];

/** How many executions of a batch have ended without success. */
function failedOf({ failed, timedOut, aborted }: Batch): number {
  return failed + timedOut + aborted;
}

/** Name, status, progress, failures, machine, creation, duration. */
export const batchColumns: readonly DataColumn<Batch>[] = [
  {
    key: 'name',
    title: 'Batch',
    card: 'title',
    cell: ({ id, name }) => (
      <ScreenLink to="batch" params={{ batchId: id }} title={id}>
        <Visible text={name} />
      </ScreenLink>
    ),
  },
  {
    key: 'status',
    title: 'Status',
    width: '120px',
    card: 'status',
    cell: ({ status, reason }) => (
      <span title={reason ?? undefined}>
        <StatusBadge status={status} quiet live />
      </span>
    ),
  },
  { key: 'progress', title: 'Progress', width: '24%', cell: (batch) => <Progress batch={batch} /> },
  {
    key: 'failed',
    title: 'Failed',
    width: '90px',
    align: 'right',
    cell: (batch) => formatCount(failedOf(batch)),
  },
  {
    key: 'machine',
    title: 'Machine',
    width: '18%',
    card: 'hidden',
    cell: ({ machineId, machineVersion }) => (
      <MachineLink machineId={machineId} machineVersion={machineVersion} />
    ),
  },
  {
    key: 'created',
    title: 'Created',
    width: '110px',
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
  {
    key: 'took',
    title: 'Took',
    width: '110px',
    align: 'right',
    cell: ({ createdAt, endedAt }) => <Took from={createdAt} to={endedAt} />,
  },
];

function Progress({ batch }: { readonly batch: Batch }) {
  const { name, created, succeeded, sourceDone } = batch;
  const failed = failedOf(batch);
  const ended = succeeded + failed;
  return (
    <span className={styles.progress}>
      <ProgressBar
        done={ended}
        failed={failed}
        of={sourceDone ? created : null}
        label={`Progress of ${name}`}
      />
      <span>
        {sourceDone && created > 0 ? formatPercent(ended / created) : formatCount(ended)} of{' '}
        {formatCount(created)}
        {!sourceDone && '+'}
      </span>
    </span>
  );
}
