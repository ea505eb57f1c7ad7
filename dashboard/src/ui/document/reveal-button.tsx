/** Shows an owner what is masked in a document; the API records who asked, and why. */
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import { useRights } from '../../app/app-info.tsx';
import { Button } from '../button.tsx';
import { Dialog } from '../dialog.tsx';
import { TextField } from '../field.tsx';
import { ProblemNote } from '../problem-note.tsx';
import styles from './document-view.module.css';

/** Says that values are masked, and offers them to an owner. */
export function RevealButton({
  executionId,
  document,
  onReveal,
}: {
  readonly executionId: string;
  readonly document: string;
  readonly onReveal: (text: string) => void;
}) {
  const { may, whyNot } = useRights();
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const reveal = useChange('revealDocument');
  const submit = () =>
    reveal.mutate(
      {
        params: { executionId, document },
        body: reason.trim() === '' ? {} : { reason: reason.trim() },
      },
      {
        onSuccess: ({ text }) => {
          setOpen(false);
          onReveal(text);
        },
      },
    );
  return (
    <>
      <span className={styles.masked} title={whyNot('own') ?? undefined}>
        secrets are masked
      </span>
      {may('own') && <Button onClick={() => setOpen(true)}>Reveal…</Button>}
      {isOpen && (
        <Dialog
          title={`Reveal ${document}`}
          onClose={() => setOpen(false)}
          foot={
            <Button kind="primary" busy={reveal.isPending} onClick={submit}>
              Reveal
            </Button>
          }
        >
          <p>Shows the document without masks. The order log records that you looked at it.</p>
          <TextField
            label="Reason"
            value={reason}
            maxLength={1_000}
            onChange={(event) => setReason(event.target.value)}
          />
          {reveal.error !== null && <ProblemNote error={reveal.error} />}
        </Dialog>
      )}
    </>
  );
}
