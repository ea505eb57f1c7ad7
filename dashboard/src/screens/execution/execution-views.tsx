/** The three views of an execution beside the panel of the chosen state. */
import { useMemo } from 'react';
import { useOperation } from '../../api/use-operation.ts';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { AttemptChips } from './attempt-chips.tsx';
import { visitsAsOf } from './attempts.ts';
import { EventsView } from './events-view.tsx';
import type { ChangeUrl, ExecutionUrl } from './execution-url.ts';
import styles from './execution-views.module.css';
import { ExpressNote } from './express-note.tsx';
import { GraphTab } from './graph-tab.tsx';
import { SidePanel } from './side-panel.tsx';
import { TimelineView } from './timeline-view.tsx';
import { useAttempts } from './use-attempts.ts';
import { useVisits } from './use-visits.ts';
import { type Execution, hasEnded } from './visit.ts';

/** What every view of an execution gets. */
export interface ExecutionViewProps {
  readonly execution: Execution;
  readonly values: ExecutionUrl;
  readonly set: ChangeUrl;
}

/** Shows the views. An EXPRESS execution keeps no history, so it has none. */
export function ExecutionViews(props: ExecutionViewProps) {
  const { execution, values, set } = props;
  if (execution.machineType === 'EXPRESS') return <ExpressNote execution={execution} />;
  return (
    <div className={styles.views}>
      <Tabs
        label="Views"
        tabs={[
          { key: 'graph', word: 'Graph' },
          { key: 'timeline', word: 'Timeline' },
          { key: 'events', word: 'Events' },
        ]}
        chosen={values.view}
        onChoose={(view) => set({ view }, 'replace')}
      >
        <KnownViews {...props} />
      </Tabs>
    </div>
  );
}

function KnownViews(props: ExecutionViewProps) {
  const { execution, values, set } = props;
  const { id, machineId, machineVersion } = execution;
  const found = useVisits(id, values.place, !hasEnded(execution));
  const starts = useAttempts(execution);
  const graph = useOperation(
    'getMachineGraph',
    { params: { machineId }, query: { version: machineVersion } },
    { staleMs: Number.POSITIVE_INFINITY },
  );
  const attempt = Math.min(values.attempt ?? starts.length, starts.length) - 1;
  const shown = useMemo(
    () => ({ ...found, visits: visitsAsOf(found.visits, starts, attempt) }),
    [found, starts, attempt],
  );
  const views = {
    graph: <GraphTab {...props} graph={graph} shown={shown} />,
    timeline: <TimelineView {...props} visits={shown.visits} starts={starts} />,
    events: <EventsView {...props} />,
  };
  return (
    <div className={styles.split}>
      <div className={styles.main}>
        <AttemptChips
          starts={starts}
          chosen={attempt}
          onChoose={(next) => set({ attempt: next })}
        />
        {found.error !== null && <ProblemNote error={found.error} />}
        {found.isCut && (
          <p className={styles.note}>It visited more states than are shown: see its events.</p>
        )}
        {views[values.view]}
      </div>
      {found.isKnown ? (
        <SidePanel {...props} shown={shown} starts={starts} />
      ) : (
        <Panel>
          <SkeletonRows rows={6} />
        </Panel>
      )}
    </div>
  );
}
