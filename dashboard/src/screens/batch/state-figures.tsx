/** The figures of the chosen state, and the executions that they are about. */
import type { MachineGraph } from '../../../../lib/graph/machine-graph.ts';
import { topStateOf } from '../../graph/find-states.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { formatCount, formatDuration } from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import { Panel } from '../../ui/panel.tsx';
import { failedStatuses } from './batch.ts';
import styles from './batch-screen.module.css';
import type { StateCounts } from './state-heat.ts';

/** Shows what executions do in a state. @param batchId null for those of no batch */
export function StateFigures({
  batchId,
  machineId,
  state,
  graph,
  counts,
}: {
  readonly batchId?: string;
  readonly machineId?: string;
  readonly state: string;
  readonly graph: MachineGraph | undefined;
  readonly counts: StateCounts | undefined;
}) {
  const top = graph === undefined ? state : topStateOf(graph, state);
  const filter = { batch: batchId, machine: machineId };
  return (
    <Panel title={<Visible text={state} />}>
      {counts === undefined ? (
        <p>No execution has entered it.</p>
      ) : (
        <dl className={styles.figures}>
          <Figure word="here now" value={formatCount(counts.current)} />
          <Figure word="entered" value={formatCount(counts.entered)} />
          <Figure word="failed" value={formatCount(counts.failed)} />
          <Figure word="caught" value={formatCount(counts.caught)} />
          <Figure word="retried" value={formatCount(counts.retried)} />
          {counts.tookMs !== null && (
            <>
              <Figure word="half within" value={formatDuration(counts.tookMs.p50)} />
              <Figure word="95 % within" value={formatDuration(counts.tookMs.p95)} />
              <Figure word="99 % within" value={formatDuration(counts.tookMs.p99)} />
            </>
          )}
        </dl>
      )}
      <p className={styles.links}>
        <ScreenLink
          to="executions"
          query={{ ...filter, failedState: state, status: failedStatuses.join(',') }}
        >
          Those that failed here
        </ScreenLink>
        <ScreenLink to="executions" query={{ ...filter, currentState: top }}>
          {top === state ? 'Those that are here now' : 'Those that are now in '}
          {top !== state && <Visible text={top} />}
        </ScreenLink>
      </p>
    </Panel>
  );
}

function Figure({ word, value }: { readonly word: string; readonly value: string }) {
  return (
    <div>
      <dt>{word}</dt>
      <dd>{value}</dd>
    </div>
  );
}
