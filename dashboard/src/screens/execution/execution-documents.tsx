/** The documents of an execution as a whole. */
import { type ReactNode, useState } from 'react';
import { Visible } from '../../text/visible.tsx';
import { DocumentView, TextTools } from '../../ui/document/document-view.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import styles from './side-panel.module.css';
import type { Execution } from './visit.ts';

/** Shows its input, and its output or error. */
export function ExecutionDocuments({ execution }: { readonly execution: Execution }) {
  const { id, status, error, cause } = execution;
  const hasFailed = error !== null || cause !== null;
  const [chosen, choose] = useState<'input' | 'result'>(hasFailed ? 'result' : 'input');
  return (
    <Panel title="Execution" flush>
      <div className={styles.body}>
        <Tabs
          label="Documents of the execution"
          tabs={[
            { key: 'input', word: 'Input' },
            { key: 'result', word: hasFailed ? 'Error' : 'Output' },
          ]}
          chosen={chosen}
          onChoose={choose}
        >
          <div className={styles.tab}>
            {chosen === 'input' && <DocumentView executionId={id} document="input" label="Input" />}
            {chosen === 'result' && hasFailed && <Failure error={error} cause={cause} />}
            {chosen === 'result' && !hasFailed && status === 'SUCCEEDED' && (
              <DocumentView executionId={id} document="output" label="Output" />
            )}
            {chosen === 'result' && !hasFailed && status !== 'SUCCEEDED' && (
              <p>There is no output before it has succeeded.</p>
            )}
          </div>
        </Tabs>
        <p className={styles.hint}>Choose a state to see what it did.</p>
      </div>
    </Panel>
  );
}

/** An error with its cause, letter for letter. */
export function Failure({
  error,
  cause,
  children,
}: {
  readonly error: string | null;
  readonly cause: string | null;
  /** Stands in place of the cause. */
  readonly children?: ReactNode;
}) {
  return (
    <dl className={styles.failure}>
      <dt>error</dt>
      <dd>
        <strong>
          <Visible text={error ?? '–'} />
        </strong>
      </dd>
      <dt>cause</dt>
      <dd>{children ?? (cause === null ? '–' : <TextTools text={cause} label="Cause" />)}</dd>
    </dl>
  );
}
