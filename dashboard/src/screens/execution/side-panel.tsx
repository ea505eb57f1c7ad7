/** What is chosen, in detail: the execution, or a state of it with its newest or a chosen visit. */
import { useEffect, useRef } from 'react';
import { Panel } from '../../ui/panel.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { useNarrow } from '../../ui/use-narrow.ts';
import { ExecutionDocuments } from './execution-documents.tsx';
import type { ExecutionViewProps } from './execution-views.tsx';
import styles from './side-panel.module.css';
import { UnvisitedState } from './unvisited-state.tsx';
import type { ExecutionVisits } from './use-visits.ts';
import { newestOf } from './visit-overlays.ts';
import { VisitPanel } from './visit-panel.tsx';

interface SidePanelProps extends ExecutionViewProps {
  readonly shown: ExecutionVisits;
  /** When each attempt began. */
  readonly starts: readonly number[];
}

/** Shows the execution's documents, or the chosen visit. */
export function SidePanel(props: SidePanelProps) {
  const { state, view } = props.values;
  const isNarrow = useNarrow();
  const panel = useRef<HTMLDivElement>(null);
  const before = useRef(state);
  useEffect(() => {
    // Below the list of states, it would not be seen that something was chosen.
    if (isNarrow && state !== '' && state !== before.current && view === 'graph') {
      panel.current?.scrollIntoView({ block: 'start' });
    }
    before.current = state;
  }, [isNarrow, state, view]);
  return (
    <div ref={panel} className={styles.side}>
      <SideContent {...props} />
    </div>
  );
}

function SideContent({ shown, starts, ...props }: SidePanelProps) {
  const { execution, values } = props;
  if (values.state === '') return <ExecutionDocuments execution={execution} />;
  const visits = shown.visits.filter(({ state }) => state === values.state);
  const visit = visits.find(({ eventId }) => eventId === values.visit) ?? newestOf(visits);
  if (visit === undefined && !shown.isComplete) {
    return (
      <Panel>
        <SkeletonRows rows={6} />
      </Panel>
    );
  }
  if (visit === undefined) return <UnvisitedState {...props} />;
  return (
    <VisitPanel
      {...props}
      key={visit.eventId}
      visit={visit}
      visits={visits}
      starts={starts}
      runs={shown.iterations.get(visit.eventId)}
    />
  );
}
