/** A state that the execution has not entered, or not in the branch that is looked at. */
import { Visible } from '../../text/visible.tsx';
import { Panel } from '../../ui/panel.tsx';
import type { ExecutionViewProps } from './execution-views.tsx';
import styles from './side-panel.module.css';
import { StateDefinition } from './state-definition.tsx';

/** Says so, and shows the definition. */
export function UnvisitedState({ execution, values }: ExecutionViewProps) {
  return (
    <Panel title={<Visible text={values.state} />}>
      <div className={styles.map}>
        <p>
          It has not been entered here. In a Map, another iteration may have entered it: choose the
          Map to look at one.
        </p>
        <StateDefinition
          machineId={execution.machineId}
          version={execution.machineVersion}
          state={values.state}
        />
      </div>
    </Panel>
  );
}
