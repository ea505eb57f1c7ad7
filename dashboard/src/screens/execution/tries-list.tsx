/** The calls of a Task, newest first: the newest is why it failed. */
import { formatDuration } from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import { Time, Took } from '../../ui/time.tsx';
import { causeText } from './cause-text.ts';
import { type NumberedTry, numberTries } from './numbered-tries.ts';
import styles from './side-panel.module.css';
import type { Visit } from './visit.ts';

/** Shows each try with its error, how long it took, and how long the backoff before it was. */
export function TriesList({
  visit: { tries, dueAt, status },
  starts,
}: {
  readonly visit: Visit;
  /** When each attempt of the execution began. */
  readonly starts: readonly number[];
}) {
  if (tries.length === 0) return <p>It called nothing: only Tasks have tries.</p>;
  return (
    <ol className={styles.tries} reversed>
      {status === 'RETRYING' && dueAt !== null && (
        <li className={styles.try}>
          <span className={styles.number}>{tries.length + 1}</span>
          <span>
            next <Time at={dueAt} />
          </span>
        </li>
      )}
      {numberTries(tries, starts)
        .toReversed()
        .map((numbered) => (
          <TryItem key={numbered.number} {...numbered} />
        ))}
    </ol>
  );
}

function TryItem({ each, number, backoffMs, redrive }: NumberedTry) {
  return (
    <li className={styles.try} data-tone={toneOf(each)}>
      <span className={styles.number}>{number}</span>
      <span>
        <Time at={each.scheduledAt} form="clock" />
        {redrive !== null && ` after the redrive ${redrive}`}
        {backoffMs !== null && ` after ${formatDuration(backoffMs)} of backoff`}
      </span>
      <span>
        <Took from={each.scheduledAt} to={each.endedAt} />
      </span>
      {(each.error !== null || each.cause !== null) && (
        <Problem error={each.error} cause={each.cause ?? ''} />
      )}
    </li>
  );
}

function Problem({ error, cause }: { readonly error: string | null; readonly cause: string }) {
  const message = causeText(cause);
  return (
    <div className={styles.problem}>
      <p>
        <strong>
          <Visible text={error ?? 'no error name'} />
        </strong>{' '}
        <Visible text={message} />
      </p>
      {message !== cause && (
        <details>
          <summary>the cause as it was recorded</summary>
          <p className={styles.cause}>
            <Visible text={cause} />
          </p>
        </details>
      )}
    </div>
  );
}

function toneOf({ endedAt, error }: NumberedTry['each']): 'running' | 'failed' | 'succeeded' {
  if (endedAt === null) return 'running';
  return error === null ? 'succeeded' : 'failed';
}
