/** One visit of a state: what went in, what came out, and everything in between. */
import { FlaskConical } from 'lucide-react';
import { useLocation } from 'wouter';
import { useRights } from '../../app/app-info.tsx';
import type { IterationRuns } from '../../graph/node-overlay.ts';
import { pathTo } from '../../router/routes.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { Visible } from '../../text/visible.tsx';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { AnswerTask } from './answer-task.tsx';
import type { ExecutionViewProps } from './execution-views.tsx';
import { MapChooser } from './map-chooser.tsx';
import styles from './side-panel.module.css';
import { isOpenVisit, type Visit } from './visit.ts';
import { VisitChooser } from './visit-chooser.tsx';
import { VisitTabs } from './visit-tabs.tsx';

/** A visit among the visits of its state. */
export interface VisitPanelProps extends ExecutionViewProps {
  readonly visit: Visit;
  readonly visits: readonly Visit[];
  /** When each attempt of the execution began. */
  readonly starts: readonly number[];
  /** The iterations of a Map. */
  readonly runs: IterationRuns | undefined;
}

/** Shows a visit. */
export function VisitPanel(props: VisitPanelProps) {
  const { execution, visit, visits, runs, set } = props;
  return (
    <Panel
      title={<Visible text={visit.state} />}
      aside={<StatusBadge status={visit.status} live={isOpenVisit(visit)} />}
      flush
    >
      <div className={styles.body}>
        {visits.length > 1 && (
          <div className={styles.block}>
            <VisitChooser visits={visits} chosen={visit} set={set} />
          </div>
        )}
        <VisitLinks {...props} />
        {visit.type === 'Map' && runs !== undefined && (
          <div className={styles.block}>
            <MapChooser {...props} runs={runs} />
          </div>
        )}
        <TokenWait {...props} />
        <VisitTabs {...props} />
        <div className={styles.block}>
          <TestThis machineId={execution.machineId} {...props} />
        </div>
      </div>
    </Panel>
  );
}

/** The other side of a nested execution or of a distributed Map. */
function VisitLinks({ visit: { link } }: VisitPanelProps) {
  if (link === null) return null;
  return (
    <p className={styles.block}>
      {link.kind === 'batch' ? (
        <ScreenLink to="batch" params={{ batchId: link.id }}>
          The run of this Map: its children as a batch
        </ScreenLink>
      ) : (
        <ScreenLink to="execution" params={{ executionId: link.id }}>
          The execution that it started: <Visible text={link.id} />
        </ScreenLink>
      )}
    </p>
  );
}

function TokenWait({ execution, visit }: VisitPanelProps) {
  const { may } = useRights();
  const isWaiting = isOpenVisit(visit) && ['token', 'activity'].includes(visit.waitsFor ?? '');
  if (!isWaiting || !may('own')) return null;
  return (
    <div className={styles.block}>
      <AnswerTask executionId={execution.id} visit={visit} />
    </div>
  );
}

function TestThis({ execution, visit }: VisitPanelProps & { readonly machineId: string }) {
  const [, navigate] = useLocation();
  const { machineId, machineVersion, id } = execution;
  const open = () =>
    navigate(
      pathTo(
        'testState',
        { machineId },
        {
          version: machineVersion,
          state: visit.state,
          execution: id,
          event: visit.eventId,
        },
      ),
    );
  return (
    <Button icon={FlaskConical} onClick={open}>
      Test this state with this input
    </Button>
  );
}
