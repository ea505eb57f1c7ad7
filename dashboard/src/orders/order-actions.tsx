/** Pauses, continues, paces and ends an order. */
import { Gauge, Pause, Play, Square } from 'lucide-react';
import { useState } from 'react';
import { useChange } from '../api/use-change.ts';
import { ActionBar } from '../ui/action-bar.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { toast } from '../ui/toast.ts';
import { readLimit } from './order-draft.ts';
import type { Order } from './order-progress.ts';

/** The actions that an order allows in its status. */
export function OrderActions({ order: { id, status, perSecond } }: { readonly order: Order }) {
  const [isPacing, setPacing] = useState(false);
  const pause = useChange('pauseOrder');
  const resume = useChange('resumeOrder');
  const cancel = useChange('cancelOrder');
  const call = { params: { orderId: id } };
  const onError = (error: Error) => toast('failed', error.message);
  const isOpen = status === 'RUNNING' || status === 'PAUSED';
  if (!isOpen) return null;
  const turn =
    status === 'RUNNING'
      ? {
          word: 'Pause',
          icon: Pause,
          busy: pause.isPending,
          onSelect: () => pause.mutate(call, { onError }),
        }
      : {
          word: 'Resume',
          icon: Play,
          busy: resume.isPending,
          onSelect: () => resume.mutate({ ...call, body: {} }, { onError }),
        };
  return (
    <>
      <ActionBar
        actions={[
          { ...turn, needs: 'operate' },
          { word: 'Rate…', icon: Gauge, needs: 'operate', onSelect: () => setPacing(true) },
          {
            word: 'Stop',
            icon: Square,
            needs: 'operate',
            kind: 'danger',
            busy: cancel.isPending,
            onSelect: () => cancel.mutate(call, { onError }),
          },
        ]}
      />
      {isPacing && (
        <RateDialog orderId={id} perSecond={perSecond} onClose={() => setPacing(false)} />
      )}
    </>
  );
}

function RateDialog({
  orderId,
  perSecond,
  onClose,
}: {
  readonly orderId: string;
  readonly perSecond: number | null;
  readonly onClose: () => void;
}) {
  const [typed, setTyped] = useState(perSecond === null ? '' : String(perSecond));
  const resume = useChange('resumeOrder');
  const { value, fault } = readLimit(typed, 10_000);
  const submit = () => {
    if (value === null) return;
    resume.mutate({ params: { orderId }, body: { perSecond: value } }, { onSuccess: onClose });
  };
  return (
    <Dialog
      title="Rate of the order"
      onClose={onClose}
      foot={
        <Button kind="primary" disabled={value === null} busy={resume.isPending} onClick={submit}>
          Continue at this rate
        </Button>
      }
    >
      <TextField
        label="Per second"
        inputMode="numeric"
        hint="1 to 10,000"
        fault={fault}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      {resume.error !== null && <ProblemNote error={resume.error} />}
    </Dialog>
  );
}
