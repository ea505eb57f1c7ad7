/** Deletes a batch that has ended, with its executions, after its name has been typed. */
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useChange } from '../../api/use-change.ts';
import { pathTo } from '../../router/routes.ts';
import { formatThings } from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmTyped } from '../../ui/confirm-typed.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { type Batch, countsOf } from './batch.ts';

/** The dialog. */
export function DeleteBatchDialog({
  batch,
  onClose,
}: {
  readonly batch: Batch;
  readonly onClose: () => void;
}) {
  const { id, name } = batch;
  const [typed, setTyped] = useState('');
  const [, navigate] = useLocation();
  const remove = useChange('deleteBatch');
  const submit = () =>
    remove.mutate(
      { params: { batchId: id } },
      { onSuccess: () => navigate(pathTo('batches', {}, {})) },
    );
  return (
    <Dialog
      title={
        <>
          Delete <Visible text={name} />
        </>
      }
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button kind="danger" busy={remove.isPending} disabled={typed !== name} onClick={submit}>
            Delete {formatThings(countsOf(batch).ended, 'execution')}
          </Button>
        </>
      }
    >
      <p>
        The batch, its executions with their histories and archive entries, and all of its figures
        are deleted for good.
      </p>
      <ConfirmTyped expected={name} typed={typed} onType={setTyped} />
      {remove.error !== null && <ProblemNote error={remove.error} />}
    </Dialog>
  );
}
