/** The heat of a batch's machine: where its executions stand, fail, and take their time. */
import { useCallback, useMemo } from 'react';
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import { useOperation } from '../../api/use-operation.ts';
import { GraphView } from '../../graph/graph-view.tsx';
import { useOverlayStore } from '../../graph/overlay-store.ts';
import { formatCount } from '../../text/format-number.ts';
import { Loaded, Panel } from '../../ui/panel.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import type { Batch } from './batch.ts';
import styles from './batch-screen.module.css';
import type { BatchUrl } from './batch-url.ts';
import { FailuresPanel } from './failures-panel.tsx';
import { StateFigures } from './state-figures.tsx';
import { heatOverlays, type StateCounts } from './state-heat.ts';

type Graph = ApiReply<'getMachineGraph'>;
type States = ApiReply<'getBatchStates'>;

interface HeatProps {
  readonly batch: Batch;
  readonly values: BatchUrl;
  readonly set: (changes: Partial<BatchUrl>, how?: 'push' | 'replace') => void;
}

const none: readonly StateCounts[] = [];

/** Shows the graph, and beside it the chosen state and the failures. */
export function HeatPanel(props: HeatProps) {
  const { batch, values, set } = props;
  const { id, machineId, machineVersion, endedAt } = batch;
  // What failed may be redriven after the end, too.
  const topics = useMemo(
    () => [`batch:${id}`, ...(endedAt === null ? ['tick'] : [])],
    [id, endedAt],
  );
  const graph = useOperation(
    'getMachineGraph',
    { params: { machineId }, query: { version: machineVersion } },
    { staleMs: Number.POSITIVE_INFINITY },
  );
  const states = useOperation('getBatchStates', { params: { batchId: id } }, { topics });
  const chosen = states.data?.states.find(({ name }) => name === values.state);
  return (
    <div className={styles.split}>
      <Panel title="States" aside={<Exactness states={states.data} />} flush>
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
            {(reply) => <HeatGraph {...props} graph={reply} states={states.data} />}
          </Loaded>
        </Tabs>
      </Panel>
      <div className={styles.side}>
        {values.state !== '' && (
          <StateFigures batchId={id} state={values.state} graph={graph.data} counts={chosen} />
        )}
        <FailuresPanel batch={batch} state={values.state} topics={topics} />
      </div>
    </div>
  );
}

function HeatGraph({
  batch,
  values,
  set,
  graph,
  states,
}: HeatProps & { readonly graph: Graph; readonly states: States | undefined }) {
  const overlays = useMemo(
    () => heatOverlays(graph, states?.states ?? none, values.show),
    [graph, states, values.show],
  );
  const store = useOverlayStore(overlays);
  const onChoose = useCallback((state: string) => set({ state }, 'replace'), [set]);
  const onFold = useCallback((fold: readonly string[]) => set({ fold }, 'replace'), [set]);
  const ended = Object.values(states?.ended ?? {}).reduce((sum, count) => sum + count, 0);
  return (
    <GraphView
      graph={graph}
      label={`States of ${batch.name}`}
      store={store}
      chosen={values.state}
      onChoose={onChoose}
      folded={values.fold}
      onFold={onFold}
      {...(states !== undefined && {
        marks: {
          start: `not begun or reopened: ${formatCount(states.notBegunOrReopened)}`,
          end: `ended: ${formatCount(ended)}`,
        },
      })}
      height="max(420px, 62vh)"
    />
  );
}

const exactness = {
  exact: '',
  sampled: 'from a sample of open executions',
  none: 'not counted here: the configuration has measure off',
} as const;

function Exactness({ states }: { readonly states: States | undefined }) {
  return <span>{states === undefined ? '' : exactness[states.exactness]}</span>;
}
