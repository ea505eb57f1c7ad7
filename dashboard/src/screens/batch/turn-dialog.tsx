/** Pauses a batch, or resumes it, with a reason for the log of orders. */
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import type { Batch } from './batch.ts';
import styles from './batch-screen.module.css';

/** The dialog: which of the two depends on whether the batch is paused. */
export function TurnDialog({
  batch,
  onClose,
}: {
  readonly batch: Batch;
  readonly onClose: () => void;
}) {
  // Decided once: the batch may change while the dialog is open.
  const [isPaused] = useState(batch.status === 'PAUSED');
  return isPaused ? (
    <ResumeDialog batch={batch} onClose={onClose} />
  ) : (
    <PauseDialog batch={batch} onClose={onClose} />
  );
}

function PauseDialog({ batch, onClose }: Parameters<typeof TurnDialog>[0]) {
  const [hold, setHold] = useState(true);
  const pause = useChange('pauseBatch');
  const submit = (reason: string | undefined) => {
    const body = { hold, ...(reason !== undefined && { reason }) };
    pause.mutate({ params: { batchId: batch.id }, body }, { onSuccess: onClose });
  };
  return (
    <ReasonDialog
      title={`Pause the batch ${batch.name}`}
      verb="Pause"
      busy={pause.isPending}
      error={pause.error}
      onClose={onClose}
      onSubmit={submit}
    >
      <p>No more of its source is read until it is resumed. What runs finishes.</p>
      <label className={styles.choice}>
        <input type="checkbox" checked={hold} onChange={() => setHold(!hold)} />
        Hold back what has not begun, retries included
      </label>
    </ReasonDialog>
  );
}

function ResumeDialog({ batch, onClose }: Parameters<typeof TurnDialog>[0]) {
  const resume = useChange('resumeBatch');
  const submit = (reason: string | undefined) => {
    const body = reason === undefined ? {} : { reason };
    resume.mutate({ params: { batchId: batch.id }, body }, { onSuccess: onClose });
  };
  return (
    <ReasonDialog
      title={`Resume the batch ${batch.name}`}
      verb="Resume"
      busy={resume.isPending}
      error={resume.error}
      onClose={onClose}
      onSubmit={submit}
    >
      <p>
        It goes on where it was paused{batch.onHold ? ', with what was held back' : ''}. Failures of
        the past do not pause it again; new ones do.
      </p>
    </ReasonDialog>
  );
}
