/** What a test has found: the outcome, the next state, and the values between the fields. */
import { Visible } from '../../text/visible.tsx';
import { TextTools } from '../../ui/document/document-view.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Failure } from '../execution/execution-documents.tsx';
import styles from './machines.module.css';
import { type TestReply, visitStatusOf } from './test-overlays.ts';
import type { StateTester } from './use-state-test.ts';

/** Shows the reply of the last test of the chosen state. */
export function TestResult({ test: { reply, error } }: { readonly test: StateTester }) {
  if (error !== null) return <ProblemNote error={error} />;
  if (reply === undefined) return null;
  return (
    <Panel title="Result" aside={<StatusBadge status={visitStatusOf(reply.status)} quiet />}>
      <div className={styles.values}>
        <p>{outcomeOf(reply)}</p>
        {reply.error !== undefined && <Failure error={reply.error} cause={reply.cause ?? null} />}
        {reply.output !== undefined && <Value name="Output" value={reply.output} />}
        {inspectionOf(reply).map(([name, value]) => (
          <Value key={name} name={wordsOf(name)} value={value} />
        ))}
      </div>
    </Panel>
  );
}

function outcomeOf({ status, nextState }: TestReply) {
  if (status === 'RETRIABLE') return 'It failed, and a retrier would run it again.';
  const after =
    nextState === undefined ? (
      'Nothing comes after it.'
    ) : (
      <>
        <strong>
          <Visible text={nextState} />
        </strong>{' '}
        comes next.
      </>
    );
  if (status === 'CAUGHT_ERROR') return <>It failed, and a catcher handles that. {after}</>;
  if (status === 'FAILED') return 'It failed, and so would the execution.';
  return <>It succeeded. {after}</>;
}

/** Returns the values between the fields, in the order in which the state makes them. */
function inspectionOf({ inspectionData }: TestReply): (readonly [string, string])[] {
  return Object.entries(inspectionData ?? {}).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
}

/** Returns `After input path` for `afterInputPath`. */
function wordsOf(name: string): string {
  const words = name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function Value({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <section>
      <h3>{name}</h3>
      <TextTools text={value} label={name} maxHeight={260} />
    </section>
  );
}
