/** Why something could not be shown or done: the sentence, the code, and the request to look up. */
import { RefreshCw, TriangleAlert } from 'lucide-react';
import { ApiProblem } from '../api/api-problem.ts';
import { Visible } from '../text/visible.tsx';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import styles from './problem-note.module.css';

/** Shows a problem. */
export function ProblemNote({
  error,
  onRetry,
}: {
  readonly error: unknown;
  /** Offers "try again". */
  readonly onRetry?: (() => void) | undefined;
}) {
  const problem = error instanceof ApiProblem ? error : null;
  const sentence = error instanceof Error ? error.message : String(error);
  return (
    <div className={styles.note} role="alert">
      <TriangleAlert size={16} aria-hidden className={styles.icon} />
      <div className={styles.body}>
        <p>
          <Visible text={sentence} />
        </p>
        <p className={styles.facts}>
          {problem !== null && <code>{problem.code}</code>}
          {problem?.code === 'STORE_UNAVAILABLE' && (
            <span>a database that slept wakes up within about 15 s</span>
          )}
          {problem?.requestId != null && (
            <span>
              request <code>{problem.requestId}</code>
              <CopyButton text={problem.requestId} what="the request's id" />
            </span>
          )}
        </p>
      </div>
      {onRetry !== undefined && (
        <Button icon={RefreshCw} onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
