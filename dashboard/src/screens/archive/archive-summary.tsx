/** The archive by error, machine and queue, and how fast it grows. */
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import { useOperation } from '../../api/use-operation.ts';
import { useRecentSeries } from '../../api/use-recent-series.ts';
import { formatCount } from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import { type Measure, valuesOf } from '../../ui/chart/chart-data.ts';
import { Sparkline } from '../../ui/chart/sparkline.tsx';
import { Loaded, Panel } from '../../ui/panel.tsx';
import { type Column, SimpleTable } from '../../ui/table/simple-table.tsx';
import styles from './archive.module.css';

type SummaryRow = ApiReply<'getArchiveSummary'>['rows'][number];

const measures: readonly Measure[] = ['archived'];
const topics = ['tick'];

/** How many causes are shown. */
const limit = 12;

/** Receives the filter of a cause. */
type OnChoose = (filter: { error: string; machine: string; queue: string }) => void;

/** The most frequent causes; choosing one filters the list by it. */
export function ArchiveSummary({ onChoose }: { readonly onChoose: OnChoose }) {
  const summary = useOperation('getArchiveSummary', { query: { limit } }, { topics });
  const { data } = useRecentSeries({ of: measures, windowMs: 24 * 3_600_000, points: 96 });
  if (summary.data?.total === 0) return null;
  return (
    <div className={styles.summary}>
      <Panel
        title="By cause"
        flush
        aside={
          <span className={styles.total}>
            <Sparkline values={valuesOf(data, 'archived')} tone="failed" width={140} />
            {summary.data !== undefined && (
              <b>
                {formatCount(summary.data.total)}
                {summary.data.isMinimum && ' or more'}
              </b>
            )}
          </span>
        }
      >
        <Loaded query={summary} rows={4}>
          {({ rows }) => (
            <SimpleTable
              label="The archive by cause"
              rows={rows}
              rowKey={keyOf}
              columns={columnsOf(onChoose)}
            />
          )}
        </Loaded>
      </Panel>
    </div>
  );
}

function columnsOf(onChoose: OnChoose): readonly Column<SummaryRow>[] {
  return [
    {
      key: 'error',
      title: 'Error',
      cell: ({ error, machineId, queue }) => (
        <button
          type="button"
          className={styles.cause}
          onClick={() => onChoose({ error: error ?? '', machine: machineId ?? '', queue })}
        >
          <Visible text={error ?? 'without an error'} />
        </button>
      ),
    },
    {
      key: 'machine',
      title: 'Machine',
      cell: ({ machineId }) => <Visible text={machineId ?? '–'} />,
    },
    { key: 'queue', title: 'Queue', cell: ({ queue }) => <Visible text={queue} /> },
    { key: 'count', title: 'Entries', align: 'right', cell: ({ count }) => formatCount(count) },
  ];
}

function keyOf({ error, machineId, queue }: SummaryRow): string {
  return JSON.stringify([error, machineId, queue]);
}
