/** The head of a batch's page: what it is, and what can be done with it. */

import { commandsFor } from '../../commands/page-commands.ts';
import { MachineLink } from '../../router/machine-link.tsx';
import { ScreenLink } from '../../router/screen-link.tsx';
import { Visible } from '../../text/visible.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FactLine } from '../../ui/fact-line.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time, Took } from '../../ui/time.tsx';
import type { Batch } from './batch.ts';
import { BatchActions } from './batch-actions.tsx';
import { BatchResults } from './batch-results.tsx';

/** Shows the head. */
export function BatchHead({ batch }: { readonly batch: Batch }) {
  const { id, name, status, machineId, machineVersion, parentExecutionId } = batch;
  const { createdAt, endedAt } = batch;
  return (
    <PageHead
      title={name}
      heading={
        <>
          <Visible text={name} />
          <CopyButton text={id} what="the batch's id" />
        </>
      }
      status={<StatusBadge status={status} live={endedAt === null} />}
      actions={<BatchActions batch={batch} />}
      commands={commandsFor(['batch', 'get', id], 'getBatch', { params: { batchId: id } })}
    >
      <FactLine>
        <span>
          <MachineLink machineId={machineId} machineVersion={machineVersion} />
        </span>
        {parentExecutionId !== null && (
          <span>
            the run of a distributed Map:{' '}
            <ScreenLink to="execution" params={{ executionId: parentExecutionId }}>
              its execution
            </ScreenLink>
          </span>
        )}
        <span>
          created <Time at={createdAt} />
        </span>
        <span>
          {endedAt === null ? 'for' : 'took'} <Took from={createdAt} to={endedAt} />
        </span>
        <span>
          <ScreenLink to="executions" query={{ batch: id }}>
            its executions
          </ScreenLink>
        </span>
        <BatchResults batch={batch} />
      </FactLine>
    </PageHead>
  );
}
