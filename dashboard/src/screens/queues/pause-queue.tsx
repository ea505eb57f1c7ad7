/** Pauses a queue with a reason, or resumes it; where neither is possible, it says why. */
import { Pause, Play } from 'lucide-react';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import { useApp } from '../../app/app-info.tsx';
import { ActionBar } from '../../ui/action-bar.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { toast } from '../../ui/toast.ts';
import { pauseRefusal } from './queue-model.ts';

/** The button of a queue. */
export function PauseQueue({
  queue,
  isPaused,
}: {
  readonly queue: string;
  readonly isPaused: boolean;
}) {
  const { app } = useApp();
  const [isAsking, setAsking] = useState(false);
  const pause = useChange('pauseQueue');
  const resume = useChange('resumeQueue');
  const params = { queue };
  const blocked = app === undefined ? null : pauseRefusal(app);
  return (
    <>
      <ActionBar
        actions={[
          isPaused
            ? {
                word: 'Resume',
                icon: Play,
                needs: 'operate',
                busy: resume.isPending,
                blocked,
                onSelect: () =>
                  resume.mutate({ params }, { onError: ({ message }) => toast('failed', message) }),
              }
            : {
                word: 'Pause…',
                icon: Pause,
                needs: 'operate',
                blocked,
                onSelect: () => setAsking(true),
              },
        ]}
      />
      {isAsking && (
        <ReasonDialog
          title={`Pause the queue ${queue}`}
          verb="Pause"
          busy={pause.isPending}
          error={pause.error}
          onClose={() => setAsking(false)}
          onSubmit={(reason) =>
            pause.mutate(
              { params, body: reason === undefined ? {} : { reason } },
              { onSuccess: () => setAsking(false) },
            )
          }
        >
          Workers take no more tasks from it until it is resumed; running tasks continue.
        </ReasonDialog>
      )}
    </>
  );
}
