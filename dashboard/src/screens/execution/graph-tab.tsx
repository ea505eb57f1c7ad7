/** The graph of an execution: where it is, where it has been, and how each state stands. */
import { useCallback, useMemo } from 'react';
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import { GraphView } from '../../graph/graph-view.tsx';
import { useOverlayStore } from '../../graph/overlay-store.ts';
import { useNow } from '../../time/clock-store.ts';
import { Loaded, type PanelQuery } from '../../ui/panel.tsx';
import styles from './execution-views.module.css';
import type { ExecutionViewProps } from './execution-views.tsx';
import { hasEnded } from './visit.ts';
import { type ShownVisits, takenEdges, visitOverlays } from './visit-overlays.ts';

type Graph = ApiReply<'getMachineGraph'>;

/** Shows the graph once it is known. */
export function GraphTab({
  graph,
  ...props
}: ExecutionViewProps & {
  readonly graph: PanelQuery<Graph>;
  readonly shown: ShownVisits;
}) {
  return (
    <Loaded query={graph} rows={12}>
      {(reply) => <KnownGraph {...props} graph={reply} />}
    </Loaded>
  );
}

function KnownGraph({
  execution,
  values,
  set,
  graph,
  shown,
}: ExecutionViewProps & { readonly graph: Graph; readonly shown: ShownVisits }) {
  const second = useNow();
  // What has ended shows no time that moves on.
  const now = hasEnded(execution) ? 0 : second;
  const overlays = useMemo(() => visitOverlays(graph, shown, now), [graph, shown, now]);
  const taken = useMemo(() => takenEdges(graph, shown.visits), [graph, shown.visits]);
  const store = useOverlayStore(overlays);
  const onChoose = useCallback(
    (state: string) => set({ state, visit: null, tab: 'auto' }, 'replace'),
    [set],
  );
  const onFold = useCallback((fold: readonly string[]) => set({ fold }, 'replace'), [set]);
  return (
    <div className={styles.canvas}>
      <GraphView
        graph={graph}
        label={`States of ${execution.name}`}
        store={store}
        chosen={values.state}
        onChoose={onChoose}
        folded={values.fold}
        onFold={onFold}
        taken={taken}
        height="max(420px, 68vh)"
      />
    </div>
  );
}
