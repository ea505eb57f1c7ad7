/** Two executions side by side, with the first state at which they part. */
import { useMemo, useState } from 'react';
import { useOperation } from '../../api/use-operation.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { Visible } from '../../text/visible.tsx';
import { Button } from '../../ui/button.tsx';
import { DocumentView } from '../../ui/document/document-view.tsx';
import { Empty } from '../../ui/empty.tsx';
import { TextField } from '../../ui/field.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Loaded, Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { UrlFaults } from '../../ui/url-faults.tsx';
import { text } from '../../url-state/codecs.ts';
import { useUrlState } from '../../url-state/use-url-state.ts';
import styles from './compare-screen.module.css';
import { compareVisits } from './compare-visits.ts';
import { ComparedRows } from './compared-rows.tsx';
import { useVisits } from './use-visits.ts';

const compareUrl = { left: text, right: text, state: text };

/** The page that compares two executions. */
export function CompareScreen() {
  const { values, faults, set } = useUrlState(compareUrl);
  const { left, right } = values;
  return (
    <>
      <UrlFaults faults={faults} />
      <PageHead title="Compare executions" />
      <div className={styles.sides}>
        <Side label="Left" id={left} onChoose={(id) => set({ left: id })} />
        <Side label="Right" id={right} onChoose={(id) => set({ right: id })} />
      </div>
      {left !== '' && right !== '' ? (
        <Compared left={left} right={right} />
      ) : (
        <Empty title="Give two executions, by id or by machine:name." />
      )}
    </>
  );
}

function useExecution(id: string) {
  return useOperation(
    'getExecution',
    { params: { executionId: id }, query: { documents: 'none' } },
    { enabled: id !== '' },
  );
}

function Side({
  label,
  id,
  onChoose,
}: {
  readonly label: string;
  readonly id: string;
  readonly onChoose: (id: string) => void;
}) {
  const [typed, setTyped] = useState(id);
  const query = useExecution(id);
  return (
    <Panel title={label}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          onChoose(typed.trim());
        }}
      >
        <TextField
          label="Execution"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit">Show</Button>
      </form>
      {id !== '' && (
        <Loaded query={query} rows={1}>
          {({ id: found, machineId, name, status }) => (
            <div className={styles.facts}>
              <p>
                <StatusBadge status={status} quiet />{' '}
                <ScreenLink to="execution" params={{ executionId: found }}>
                  <Visible text={`${machineId}:${name}`} />
                </ScreenLink>
              </p>
              <DocumentView
                executionId={found}
                document="input"
                label={`Input at the ${label.toLowerCase()}`}
                maxHeight={220}
              />
            </div>
          )}
        </Loaded>
      )}
    </Panel>
  );
}

function Compared({ left, right }: { readonly left: string; readonly right: string }) {
  const [a, b] = [useExecution(left), useExecution(right)];
  if (a.data === undefined || b.data === undefined) return null;
  return <ComparedVisits left={a.data.id} right={b.data.id} />;
}

function ComparedVisits({ left, right }: { readonly left: string; readonly right: string }) {
  const a = useVisits(left, '', true);
  const b = useVisits(right, '', true);
  const comparison = useMemo(
    () => compareVisits(a.visits.filter(isAtTop), b.visits.filter(isAtTop)),
    [a.visits, b.visits],
  );
  const error = a.error ?? b.error;
  if (error !== null) return <ProblemNote error={error} />;
  if (!a.isKnown || !b.isKnown) return null;
  return <ComparedRows comparison={comparison} left={left} right={right} />;
}

function isAtTop({ place }: { readonly place: string }): boolean {
  return place === '';
}
