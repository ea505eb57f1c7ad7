/** Aborts a batch and its open executions; many of them only after its name has been typed. */
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import { formatThings } from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmTyped } from '../../ui/confirm-typed.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { type Batch, countsOf } from './batch.ts';

/** Above this many open executions, the name has to be typed. */
const typedAbove = 1_000;

/** The dialog. */
export function AbortDialog({
  batch,
  onClose,
}: {
  readonly batch: Batch;
  readonly onClose: () => void;
}) {
  const { id, name } = batch;
  const { open } = countsOf(batch);
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const abort = useChange('cancelBatch');
  const isConfirmed = open <= typedAbove || typed === name;
  const submit = () => {
    const body = reason.trim() === '' ? {} : { reason: reason.trim() };
    abort.mutate({ params: { batchId: id }, body }, { onSuccess: onClose });
  };
  return (
    <Dialog
      title={
        <>
          Abort <Visible text={name} />
        </>
      }
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button kind="danger" busy={abort.isPending} disabled={!isConfirmed} onClick={submit}>
            Abort {formatThings(open, 'open execution')}
          </Button>
        </>
      }
    >
      <p>
        No more of it starts, its open executions are stopped wherever they run, and it ends
        ABORTED. What has ended stays as it is.
      </p>
      <TextField
        label="Reason"
        hint="stands in the log of orders"
        maxLength={1_000}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {open > typedAbove && <ConfirmTyped expected={name} typed={typed} onType={setTyped} />}
      {abort.error !== null && <ProblemNote error={abort.error} />}
    </Dialog>
  );
}
