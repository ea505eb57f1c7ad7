/** Deletes the messages of a queue, and says what becomes of their tasks. */
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import { formatThings } from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmTyped } from '../../ui/confirm-typed.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { toast } from '../../ui/toast.ts';
import styles from './purge-dialog.module.css';

/** The dialog that purges a queue. */
export function PurgeDialog({
  queue,
  onClose,
}: {
  readonly queue: string;
  readonly onClose: () => void;
}) {
  const [cancelTasks, setCancelTasks] = useState(false);
  const [typed, setTyped] = useState('');
  const purge = useChange('purgeQueue');
  const submit = () =>
    purge.mutate(
      { params: { queue }, body: { cancelTasks } },
      {
        onSuccess: ({ messages, cancelled }) => {
          toast(
            'succeeded',
            `purged ${queue}: ${formatThings(messages, 'message')} deleted, ${formatThings(cancelled, 'task')} cancelled`,
          );
          onClose();
        },
      },
    );
  return (
    <Dialog
      title={
        <>
          Purge the queue <Visible text={queue} />
        </>
      }
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button kind="danger" disabled={typed !== queue} busy={purge.isPending} onClick={submit}>
            Purge
          </Button>
        </>
      }
    >
      <TasksChoice cancelTasks={cancelTasks} onChoose={setCancelTasks} />
      <ConfirmTyped expected={queue} typed={typed} onType={setTyped} />
      {purge.error !== null && <ProblemNote error={purge.error} />}
    </Dialog>
  );
}

function TasksChoice({
  cancelTasks,
  onChoose,
}: {
  readonly cancelTasks: boolean;
  readonly onChoose: (cancelTasks: boolean) => void;
}) {
  const words = [
    [false, 'come again: the sweeper queues them anew, so nothing is lost'],
    [true, 'are cancelled too, and end ABORTED'],
  ] as const;
  return (
    <fieldset className={styles.choice}>
      <legend>The messages are deleted. Their tasks…</legend>
      {words.map(([value, word]) => (
        <label key={word}>
          <input
            type="radio"
            name="tasks"
            checked={cancelTasks === value}
            onChange={() => onChoose(value)}
          />
          {word}
        </label>
      ))}
    </fieldset>
  );
}
