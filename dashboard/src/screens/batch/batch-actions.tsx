/** What can be done with a batch: pause, resume, abort, redrive, start again, delete. */
import { Pause, Play, RotateCw, Square, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { OrderDialog } from '../../orders/order-dialog.tsx';
import { type Action, ActionBar } from '../../ui/action-bar.tsx';
import { StartBatchDialog } from '../batches/start-batch-dialog.tsx';
import { AbortDialog } from './abort-dialog.tsx';
import { type Batch, countsOf, failedStatuses } from './batch.ts';
import { DeleteBatchDialog } from './delete-batch-dialog.tsx';
import { TurnDialog } from './turn-dialog.tsx';

type BatchDialog = 'abort' | 'delete' | 'redrive' | 'start' | 'turn';

/** The buttons. */
export function BatchActions({ batch }: { readonly batch: Batch }) {
  const { endedAt, abortReason, parentExecutionId } = batch;
  const [open, setOpen] = useState<BatchDialog | null>(null);
  const { failed } = countsOf(batch);
  return (
    <>
      <ActionBar
        actions={[
          turnOf(batch, () => setOpen('turn')),
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
          {
            word: 'Delete…',
            icon: Trash2,
            kind: 'danger',
            needs: 'own',
            blocked: endedAt === null ? 'It has not ended' : null,
            onSelect: () => setOpen('delete'),
          },
        ]}
      />
      {open !== null && <OpenDialog dialog={open} batch={batch} onClose={() => setOpen(null)} />}
    </>
  );
}

/** Returns the action that pauses a batch, or resumes it. */
function turnOf(batch: Batch, onSelect: () => void): Action {
  const isPaused = batch.status === 'PAUSED';
  return {
    word: isPaused ? 'Resume…' : 'Pause…',
    icon: isPaused ? Play : Pause,
    needs: 'operate',
    blocked: blockedBecause(batch),
    onSelect,
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
  if (dialog === 'turn') return <TurnDialog batch={batch} onClose={onClose} />;
  if (dialog === 'delete') return <DeleteBatchDialog batch={batch} onClose={onClose} />;
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
