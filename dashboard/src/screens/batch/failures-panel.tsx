/** The failures of a batch by error and state, the most frequent first. */
import { RotateCw } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import { useOperation } from '../../api/use-operation.ts';
import { useRights } from '../../app/app-info.tsx';
import { OrderDialog } from '../../orders/order-dialog.tsx';
import type { OrderDraft } from '../../orders/order-draft.ts';
import { pathTo } from '../../router/routes.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { formatCount, formatThings } from '../../text/format-number.ts';
import { MiddleText } from '../../text/middle-text.tsx';
import { Visible } from '../../text/visible.tsx';
import { visibleText } from '../../text/visible-text.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Loaded, Panel } from '../../ui/panel.tsx';
import { type Column, SimpleTable } from '../../ui/table/simple-table.tsx';
import { Time } from '../../ui/time.tsx';
import { type Batch, failedStatuses } from './batch.ts';
import styles from './batch-screen.module.css';

type Failure = ApiReply<'getBatchFailures'>['rows'][number];

/** Shows the failures; those of the chosen state when one is chosen. */
export function FailuresPanel({
  batch,
  state,
  topics,
}: {
  readonly batch: Batch;
  readonly state: string;
  readonly topics: readonly string[];
}) {
  const query = useOperation('getBatchFailures', { params: { batchId: batch.id } }, { topics });
  return (
    <Panel title={state === '' ? 'Failures' : 'Failures in this state'} flush>
      <Loaded query={query} rows={4}>
        {({ rows, other }) => (
          <>
            <FailureTable
              batch={batch}
              rows={state === '' ? rows : rows.filter((row) => row.state === state)}
            />
            {other > 0 && (
              <p className={`${styles.inset} ${styles.note}`}>
                {formatThings(other, 'failure')} more, with names too many to keep apart
              </p>
            )}
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function FailureTable({
  batch,
  rows,
}: {
  readonly batch: Batch;
  readonly rows: readonly Failure[];
}) {
  const [, navigate] = useLocation();
  const [draft, setDraft] = useState<OrderDraft | null>(null);
  const { may } = useRights();
  if (rows.length === 0) return <Empty title="None has failed." />;
  const columns: readonly Column<Failure>[] = [
    ...failureColumns(batch),
    {
      key: 'redrive',
      title: '',
      align: 'right',
      cell: (row) =>
        may('operate') && (
          <Button
            kind="quiet"
            icon={RotateCw}
            aria-label={`Redrive these: ${visibleText(row.error)} in ${visibleText(row.state)}`}
            onClick={() => setDraft(redriveOf(batch, row))}
          />
        ),
    },
  ];
  return (
    <>
      <SimpleTable
        label="Failures by error and state"
        columns={columns}
        rows={rows}
        rowKey={({ error, state }) => JSON.stringify([error, state])}
        onOpen={(row) => navigate(pathTo('executions', {}, listQuery(batch, row)))}
      />
      {draft !== null && <OrderDialog draft={draft} onClose={() => setDraft(null)} />}
    </>
  );
}

function failureColumns(batch: Batch): readonly Column<Failure>[] {
  return [
    {
      key: 'error',
      title: 'Error',
      cell: (row) => (
        <ScreenLink to="executions" query={listQuery(batch, row)}>
          <Visible text={row.error} />
        </ScreenLink>
      ),
    },
    { key: 'state', title: 'State', cell: ({ state }) => <Visible text={state} /> },
    { key: 'count', title: 'Count', align: 'right', cell: ({ count }) => formatCount(count) },
    {
      key: 'last',
      title: 'Last',
      align: 'right',
      cell: ({ lastAt }) => (
        <span className={styles.nowrap}>
          <Time at={lastAt} />
        </span>
      ),
    },
    {
      key: 'sample',
      title: 'Sample',
      cell: ({ sample, state }) =>
        sample !== null && (
          <ScreenLink
            to="execution"
            params={{ executionId: sample.executionId }}
            query={{ state }}
            className={styles.sample}
            title={sample.cause === null ? undefined : visibleText(sample.cause)}
          >
            <MiddleText text={sample.name ?? sample.executionId} />
          </ScreenLink>
        ),
    },
  ];
}

function listQuery({ id }: Batch, { error, state }: Failure) {
  return { batch: id, error, failedState: state, status: failedStatuses.join(',') };
}

function redriveOf({ id, name }: Batch, { error, state }: Failure): OrderDraft {
  return {
    action: 'redrive',
    over: {
      executions: {
        batchId: id,
        statuses: [...failedStatuses],
        error,
        ...(state !== '' && { failedState: state }),
      },
    },
    thing: 'execution',
    scope: `batch ${name}, error ${error}${state === '' ? '' : `, failed in ${state}`}`,
    confirm: name,
  };
}
