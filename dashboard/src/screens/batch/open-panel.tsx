/** Where the open executions of a batch are, and which errors their last attempts had. */
import { Search } from 'lucide-react';
import { useState } from 'react';
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import { useOperation } from '../../api/use-operation.ts';
import { formatCount } from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import { Button } from '../../ui/button.tsx';
import { Loaded, Panel } from '../../ui/panel.tsx';
import type { Batch } from './batch.ts';
import styles from './batch-screen.module.css';

type Report = ApiReply<'getBatchReport'>;

const words: Readonly<Record<keyof Report['open'], string>> = {
  running: 'running',
  pending: 'waiting for a worker',
  retrying: 'waiting for a retry',
  sleeping: 'sleeping',
  waiting: 'waiting for a callback',
  heldBack: 'held back',
};

/** Errors that are shown; the most frequent ones. */
const errorsMax = 5;

/** Shows them on request: the report reads every execution of the batch. */
export function OpenPanel({ batch }: { readonly batch: Batch }) {
  const [isAsked, setAsked] = useState(false);
  const call = { params: { batchId: batch.id } };
  const query = useOperation('getBatchReport', call, { enabled: isAsked });
  const look = () => (isAsked ? void query.refetch() : setAsked(true));
  return (
    <Panel
      title="Open executions"
      aside={
        <Button kind="quiet" icon={Search} busy={query.isFetching} onClick={look}>
          {isAsked ? 'Look again' : 'Look'}
        </Button>
      }
    >
      {isAsked ? (
        <Loaded query={query} rows={2}>
          {(report) => <OpenFigures report={report} />}
        </Loaded>
      ) : (
        <p className={styles.note}>
          Where they are, and what fails now. Looking reads every execution of the batch.
        </p>
      )}
    </Panel>
  );
}

function OpenFigures({ report: { open, byRetriedError } }: { readonly report: Report }) {
  const places = Object.entries(words) as [keyof Report['open'], string][];
  const errors = Object.entries(byRetriedError)
    .sort(([, one], [, other]) => other - one)
    .slice(0, errorsMax);
  return (
    <>
      <dl className={styles.figures}>
        {places.map(([place, word]) => (
          <div key={place}>
            <dt>{word}</dt>
            <dd>{formatCount(open[place])}</dd>
          </div>
        ))}
      </dl>
      {errors.length > 0 && (
        <div className={styles.facts}>
          <span>attempts that wait for a retry failed with</span>
          {errors.map(([error, count]) => (
            <span key={error}>
              <b>{formatCount(count)}</b> <Visible text={error} />
            </span>
          ))}
        </div>
      )}
    </>
  );
}
