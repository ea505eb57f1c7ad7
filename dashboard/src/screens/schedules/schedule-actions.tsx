/** Starts the batch of a schedule now, and pauses or resumes the schedule. */
import { Pause, Play, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import { pathTo } from '../../router/routes.ts';
import { ActionBar } from '../../ui/action-bar.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { toast } from '../../ui/toast.ts';
import type { Schedule } from './schedule-model.ts';

/** The buttons of a schedule; a batch that only objects start has no schedule to pause. */
export function ScheduleActions({ schedule }: { readonly schedule: Schedule }) {
  const { name, paused } = schedule;
  const [isAsking, setAsking] = useState(false);
  const resume = useChange('resumeSchedule');
  const start = useStart(name);
  const params = { schedule: name };
  const onResume = () =>
    resume.mutate({ params }, { onError: ({ message }) => toast('failed', message) });
  return (
    <>
      <ActionBar
        actions={[
          { ...start, word: 'Start now', needs: 'operate', icon: Play },
          ...(schedule.schedule === null
            ? []
            : [
                paused === true
                  ? ({
                      word: 'Resume',
                      icon: RotateCw,
                      needs: 'operate',
                      busy: resume.isPending,
                      onSelect: onResume,
                    } as const)
                  : ({
                      word: 'Pause…',
                      icon: Pause,
                      needs: 'operate',
                      onSelect: () => setAsking(true),
                    } as const),
              ]),
        ]}
      />
      {isAsking && <PauseDialog name={name} onClose={() => setAsking(false)} />}
    </>
  );
}

/** The id of the page's request makes a second click of the same button start nothing. */
function useStart(name: string) {
  const start = useChange('startBatch');
  const [id] = useState(() => (isSecureContext ? crypto.randomUUID() : undefined));
  const onSelect = () =>
    start.mutate(
      { body: { name, ...(id !== undefined && { id }) } },
      {
        onSuccess: (batch) =>
          toast('succeeded', `started ${name}`, {
            href: pathTo('batch', { batchId: batch.id }),
            word: 'Show the batch',
          }),
        onError: ({ message }) => toast('failed', message),
      },
    );
  return { busy: start.isPending, onSelect };
}

function PauseDialog({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  const pause = useChange('pauseSchedule');
  const params = { schedule: name };
  return (
    <ReasonDialog
      title={`Pause the schedule of ${name}`}
      verb="Pause"
      busy={pause.isPending}
      error={pause.error}
      onClose={onClose}
      onSubmit={(reason) =>
        pause.mutate(
          { params, body: reason === undefined ? {} : { reason } },
          { onSuccess: onClose },
        )
      }
    >
      It starts no batch until it is resumed, and what is due meanwhile is skipped. Batches that run
      continue.
    </ReasonDialog>
  );
}
