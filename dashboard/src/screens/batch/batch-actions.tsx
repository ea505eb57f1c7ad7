/** What can be done with a batch: pause, resume, abort, redrive what failed, start again. */
import { Pause, Play, RotateCw, Square } from 'lucide-react';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import { OrderDialog } from '../../orders/order-dialog.tsx';
import { type Action, ActionBar } from '../../ui/action-bar.tsx';
import { toast } from '../../ui/toast.ts';
import { StartBatchDialog } from '../batches/start-batch-dialog.tsx';
import { AbortDialog } from './abort-dialog.tsx';
import { type Batch, countsOf, failedStatuses } from './batch.ts';

type BatchDialog = 'abort' | 'redrive' | 'start';

/** The buttons. */
export function BatchActions({ batch }: { readonly batch: Batch }) {
  const { endedAt, abortReason, parentExecutionId } = batch;
  const [open, setOpen] = useState<BatchDialog | null>(null);
  const turn = useTurn(batch);
  const { failed } = countsOf(batch);
  return (
    <>
      <ActionBar
        actions={[
          turn,
          {
            word: 'Abort…',
            icon: Square,
            kind: 'danger',
            needs: 'operate',
            blocked: endedAt !== null ? 'It has ended' : abortReason && 'It is being aborted',
            onSelect: () => setOpen('abort'),
          },
          {
            word: 'Redrive failed…',
            icon: RotateCw,
            needs: 'operate',
            blocked: failed === 0 ? 'None has failed' : null,
            onSelect: () => setOpen('redrive'),
          },
          {
            word: 'Start again…',
            icon: Play,
            needs: 'operate',
            blocked: parentExecutionId === null ? null : 'A distributed Map starts its runs itself',
            onSelect: () => setOpen('start'),
          },
        ]}
      />
      {open !== null && <OpenDialog dialog={open} batch={batch} onClose={() => setOpen(null)} />}
    </>
  );
}

/** Returns the action that pauses a batch, or resumes it. */
function useTurn(batch: Batch): Action {
  const pause = useChange('pauseBatch');
  const resume = useChange('resumeBatch');
  const isPaused = batch.status === 'PAUSED';
  const { mutate, isPending } = isPaused ? resume : pause;
  const onError = (error: Error) => toast('failed', error.message);
  return {
    word: isPaused ? 'Resume' : 'Pause',
    icon: isPaused ? Play : Pause,
    needs: 'operate',
    blocked: blockedBecause(batch),
    busy: isPending,
    onSelect: () => mutate({ params: { batchId: batch.id } }, { onError }),
  };
}

function OpenDialog({
  dialog,
  batch,
  onClose,
}: {
  readonly dialog: BatchDialog;
  readonly batch: Batch;
  readonly onClose: () => void;
}) {
  const { id, name } = batch;
  if (dialog === 'abort') return <AbortDialog batch={batch} onClose={onClose} />;
  if (dialog === 'start') return <StartBatchDialog onClose={onClose} />;
  return (
    <OrderDialog
      draft={{
        action: 'redrive',
        over: { executions: { batchId: id, statuses: [...failedStatuses] } },
        thing: 'execution',
        scope: `all of the batch ${name} that did not succeed`,
        confirm: name,
      }}
      onClose={onClose}
    />
  );
}

function blockedBecause({ endedAt, abortReason, parentExecutionId }: Batch): string | null {
  if (endedAt !== null) return 'It has ended';
  if (abortReason !== null) return 'It is being aborted';
  return parentExecutionId === null ? null : 'The run of a distributed Map cannot be paused';
}
