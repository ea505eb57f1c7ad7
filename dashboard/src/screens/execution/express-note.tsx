/** What there is of an EXPRESS execution: its documents, and where its log is. */

import { CopyButton } from '../../ui/copy-button.tsx';
import { DocumentView } from '../../ui/document/document-view.tsx';
import { Panel } from '../../ui/panel.tsx';
import styles from './execution-views.module.css';
import type { Execution } from './visit.ts';

/** Says that there is no history, and shows input and output. */
export function ExpressNote({ execution: { id, status } }: { readonly execution: Execution }) {
  const query = `fields @timestamp, @message | filter @message like "${id}" | sort @timestamp asc`;
  return (
    <div className={styles.views}>
      <Panel title="No history">
        <p>
          An execution of an EXPRESS machine runs in memory and keeps no history. What it logged is
          found by its id: <code>{query}</code> <CopyButton text={query} what="the query" />
        </p>
      </Panel>
      <Panel title="Input">
        <DocumentView executionId={id} document="input" label="Input" />
      </Panel>
      {status === 'SUCCEEDED' && (
        <Panel title="Output">
          <DocumentView executionId={id} document="output" label="Output" />
        </Panel>
      )}
    </div>
  );
}
