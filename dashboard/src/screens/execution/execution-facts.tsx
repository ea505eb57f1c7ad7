/** The facts of an execution in one line, each a link to what it is about. */
import { useOperation } from '../../api/use-operation.ts';
import { MachineLink } from '../../router/machine-link.tsx';
import { ScreenLink } from '../../router/screen-link.tsx';
import { formatThings } from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import { FactLine } from '../../ui/fact-line.tsx';
import { Time, Took } from '../../ui/time.tsx';
import { toLabelQuery } from '../executions/execution-columns.tsx';
import { causeText } from './cause-text.ts';
import type { Execution } from './visit.ts';

/** Shows where an execution comes from, and how long it took. */
export function ExecutionFacts({ execution }: { readonly execution: Execution }) {
  const { machineId, machineVersion, queue, attempts, stalls, batchId, batchIndex } = execution;
  const { workerId, startedAt, createdAt, endedAt, dueAt, deadlineAt, cause } = execution;
  const labels = Object.entries(execution.labels ?? {});
  return (
    <FactLine>
      <span>
        <MachineLink machineId={machineId} machineVersion={machineVersion} />
      </span>
      {batchId !== null && <BatchFact batchId={batchId} index={batchIndex} />}
      <span>
        queue{' '}
        <ScreenLink to="queue" params={{ queue }}>
          <Visible text={queue} />
        </ScreenLink>
      </span>
      {labels.map(([key, value]) => (
        <span key={key}>
          <ScreenLink to="executions" query={{ label: toLabelQuery(key, value) }}>
            <Visible text={`${key}=${value}`} />
          </ScreenLink>
        </span>
      ))}
      {attempts > 0 && <span>{formatThings(attempts, 'failed attempt')}</span>}
      {stalls > 0 && <span>lost by {formatThings(stalls, 'worker')}</span>}
      <span>
        created <Time at={createdAt} />
      </span>
      {startedAt !== null && (
        <span>
          took <Took from={startedAt} to={endedAt} />
        </span>
      )}
      {dueAt !== null && (
        <span>
          continues <Time at={dueAt} />
        </span>
      )}
      {deadlineAt !== null && endedAt === null && (
        <span>
          deadline <Time at={deadlineAt} />
        </span>
      )}
      {workerId !== null && (
        <span>
          worker{' '}
          <ScreenLink to="workers">
            <Visible text={workerId} />
          </ScreenLink>
        </span>
      )}
      {cause !== null && (
        <span>
          “<Visible text={causeText(cause)} />”
        </span>
      )}
    </FactLine>
  );
}

/** The batch, and the execution whose distributed Map it runs. */
function BatchFact({
  batchId,
  index,
}: {
  readonly batchId: string;
  readonly index: number | null;
}) {
  const { data } = useOperation('getBatch', { params: { batchId } }, { staleMs: 60_000 });
  const parent = data?.parentExecutionId ?? null;
  return (
    <>
      <span>
        batch{' '}
        <ScreenLink to="batch" params={{ batchId }}>
          <Visible text={data?.name ?? batchId} />
          {index !== null && ` #${index}`}
        </ScreenLink>
      </span>
      {parent !== null && (
        <span>
          <ScreenLink to="execution" params={{ executionId: parent }}>
            parent execution
          </ScreenLink>
        </span>
      )}
    </>
  );
}
