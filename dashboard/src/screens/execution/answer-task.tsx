/** Answers a Task that waits for a callback, in place of the system that should have. */
import { useState } from 'react';
import { jsonFault, withTypedJson } from '../../api/api-request.ts';
import { useChange } from '../../api/use-change.ts';
import { Visible } from '../../text/visible.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { Time } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.ts';
import styles from './side-panel.module.css';
import type { Visit } from './visit.ts';

/** Says since when it waits, and offers an answer. */
export function AnswerTask({
  executionId,
  visit,
}: {
  readonly executionId: string;
  readonly visit: Visit;
}) {
  const [open, setOpen] = useState<'output' | 'error' | null>(null);
  const since = visit.tries.at(-1)?.scheduledAt ?? visit.enteredAt;
  return (
    <div className={styles.iteration}>
      <span>
        waits for an answer since <Time at={since} form="clock" />
      </span>
      <Button onClick={() => setOpen('output')}>Succeed…</Button>
      <Button kind="danger" onClick={() => setOpen('error')}>
        Fail…
      </Button>
      {open === 'output' && (
        <OutputDialog executionId={executionId} visit={visit} onClose={() => setOpen(null)} />
      )}
      {open === 'error' && (
        <ErrorDialog executionId={executionId} visit={visit} onClose={() => setOpen(null)} />
      )}
    </div>
  );
}

interface AnswerProps {
  readonly executionId: string;
  readonly visit: Visit;
  readonly onClose: () => void;
}

function useAnswer({ executionId, visit, onClose }: AnswerProps) {
  const answer = useChange('answerTask');
  const params = { executionId, eventId: String(visit.eventId) };
  const onSuccess = () => {
    toast('succeeded', 'answered');
    onClose();
  };
  return { answer, params, options: { onSuccess } };
}

function OutputDialog(props: AnswerProps) {
  const { visit, onClose } = props;
  const [output, setOutput] = useState('{}');
  const { answer, params, options } = useAnswer(props);
  const fault = output.trim() === '' ? 'expected a JSON text' : jsonFault(output);
  const submit = () => answer.mutate({ params, body: withTypedJson({}, { output }) }, options);
  return (
    <Dialog
      title={
        <>
          Succeed <Visible text={visit.state} />
        </>
      }
      onClose={onClose}
      foot={
        <Button kind="primary" disabled={fault !== null} busy={answer.isPending} onClick={submit}>
          Succeed
        </Button>
      }
    >
      <TextArea
        label="Output"
        hint="sent as it is typed"
        fault={fault}
        value={output}
        onChange={(event) => setOutput(event.target.value)}
      />
      {answer.error !== null && <ProblemNote error={answer.error} />}
    </Dialog>
  );
}

function ErrorDialog(props: AnswerProps) {
  const { visit, onClose } = props;
  const [error, setError] = useState('');
  const [cause, setCause] = useState('');
  const { answer, params, options } = useAnswer(props);
  const submit = () => {
    const body = { error: error.trim(), ...(cause !== '' && { cause }) };
    answer.mutate({ params, body }, options);
  };
  return (
    <Dialog
      title={
        <>
          Fail <Visible text={visit.state} />
        </>
      }
      onClose={onClose}
      foot={
        <Button
          kind="danger"
          disabled={error.trim() === ''}
          busy={answer.isPending}
          onClick={submit}
        >
          Fail
        </Button>
      }
    >
      <TextField
        label="Error"
        hint="the name that retriers and catchers look for"
        maxLength={256}
        value={error}
        onChange={(event) => setError(event.target.value)}
      />
      <TextField label="Cause" value={cause} onChange={(event) => setCause(event.target.value)} />
      {answer.error !== null && <ProblemNote error={answer.error} />}
    </Dialog>
  );
}
