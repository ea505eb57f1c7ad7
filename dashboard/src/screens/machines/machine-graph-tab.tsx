/** The graph of a machine, with what its executions outside of batches do in each state. */
import { useCallback, useMemo } from 'react';
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import { useOperation } from '../../api/use-operation.ts';
import { useRecentSeries } from '../../api/use-recent-series.ts';
import { GraphView } from '../../graph/graph-view.tsx';
import { useOverlayStore } from '../../graph/overlay-store.ts';
import { formatRate } from '../../text/format-number.ts';
import { Chart } from '../../ui/chart/chart.tsx';
import { type Measure, valuesOf } from '../../ui/chart/chart-data.ts';
import { Loaded, Panel } from '../../ui/panel.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { StateFigures } from '../batch/state-figures.tsx';
import { heatOverlays, type StateCounts } from '../batch/state-heat.ts';
import { StateDefinition } from '../execution/state-definition.tsx';
import type { MachineTabProps } from './machine-url.ts';
import styles from './machines.module.css';

type Graph = ApiReply<'getMachineGraph'>;

const topics = ['tick'];
const none: readonly StateCounts[] = [];
const measures: readonly Measure[] = ['ended', 'failed'];

/** Shows the graph, and beside it the chosen state. */
export function MachineGraphTab(props: MachineTabProps) {
  const { machineId, version, values, set } = props;
  const call = { params: { machineId }, query: { version } };
  const graph = useOperation('getMachineGraph', call, { staleMs: Number.POSITIVE_INFINITY });
  const states = useOperation('getMachineStates', call, { topics });
  return (
    <div className={styles.split}>
      <Panel title="States" aside="executions that belong to no batch" flush>
        <Tabs
          label="What the graph shows"
          tabs={[
            { key: 'now', word: 'Where they are' },
            { key: 'failed', word: 'Where they fail' },
            { key: 'took', word: 'How long they take' },
          ]}
          chosen={values.show}
          onChoose={(show) => set({ show }, 'replace')}
        >
          <Loaded query={graph} rows={10}>
            {(reply) => <HeatGraph {...props} graph={reply} counts={states.data?.states ?? none} />}
          </Loaded>
        </Tabs>
      </Panel>
      <div className={styles.stack}>
        {values.state !== '' && (
          <>
            <StateFigures
              machineId={machineId}
              state={values.state}
              graph={graph.data}
              counts={states.data?.states.find(({ name }) => name === values.state)}
            />
            <Panel title="Its definition">
              <StateDefinition machineId={machineId} version={version} state={values.state} />
            </Panel>
          </>
        )}
        <LastHour machineId={machineId} />
      </div>
    </div>
  );
}

function HeatGraph({
  machineId,
  values,
  set,
  graph,
  counts,
}: MachineTabProps & { readonly graph: Graph; readonly counts: readonly StateCounts[] }) {
  const overlays = useMemo(
    () => heatOverlays(graph, counts, values.show),
    [graph, counts, values.show],
  );
  const store = useOverlayStore(overlays);
  const onChoose = useCallback((state: string) => set({ state }, 'replace'), [set]);
  const onFold = useCallback((fold: readonly string[]) => set({ fold }, 'replace'), [set]);
  return (
    <GraphView
      graph={graph}
      label={`States of ${machineId}`}
      store={store}
      chosen={values.state}
      onChoose={onChoose}
      folded={values.fold}
      onFold={onFold}
      height="max(420px, 66vh)"
    />
  );
}

function LastHour({ machineId }: { readonly machineId: string }) {
  const { data } = useRecentSeries({
    of: measures,
    by: 'machine',
    key: machineId,
    windowMs: 3_600_000,
    points: 120,
  });
  if (data === undefined || data.series.length === 0) return null;
  return (
    <Panel title="Last hour, all versions">
      <Chart
        label="Executions that ended"
        reply={data}
        height={120}
        lines={[
          { word: 'ended', tone: 'succeeded', values: valuesOf(data, 'ended', machineId) },
          { word: 'failed', tone: 'failed', values: valuesOf(data, 'failed', machineId) },
        ]}
        format={formatRate}
      />
    </Panel>
  );
}
