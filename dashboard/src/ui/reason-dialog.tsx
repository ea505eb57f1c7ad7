/** Asks why, before something is paused or stopped; the answer stands in the log of orders. */
import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { TextField } from './field.tsx';
import { ProblemNote } from './problem-note.tsx';

/** A dialog with a sentence and a field for the reason. */
export function ReasonDialog({
  title,
  verb,
  children,
  busy,
  error,
  danger = false,
  onSubmit,
  onClose,
}: {
  readonly title: string;
  /** The word of the button. */
  readonly verb: string;
  readonly children: ReactNode;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly danger?: boolean;
  /** Receives the reason; undefined when none was given. */
  readonly onSubmit: (reason: string | undefined) => void;
  readonly onClose: () => void;
}) {
  const [reason, setReason] = useState('');
  return (
    <Dialog
      title={title}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            kind={danger ? 'danger' : 'primary'}
            busy={busy}
            onClick={() => onSubmit(reason.trim() === '' ? undefined : reason.trim())}
          >
            {verb}
          </Button>
        </>
      }
    >
      <div>{children}</div>
      <TextField
        label="Reason"
        hint="stands in the log of orders"
        maxLength={1_000}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {error !== null && <ProblemNote error={error} />}
    </Dialog>
  );
}
