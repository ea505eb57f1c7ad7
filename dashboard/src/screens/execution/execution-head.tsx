/** The head of an execution's page: what it is, how it stands, and what can be done with it. */
import { useMutation } from '@tanstack/react-query';
import { Columns2, Download, Play, RotateCw, Square } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useChange } from '../../api/use-change.ts';
import { commandsFor } from '../../commands/page-commands.ts';
import { pathTo } from '../../router/routes.ts';
import { Visible } from '../../text/visible.tsx';
import { type Action, ActionBar } from '../../ui/action-bar.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { toast } from '../../ui/toast.ts';
import { StartDialog } from '../machines/start-dialog.tsx';
import { ExecutionFacts } from './execution-facts.tsx';
import { exportHistory } from './export-history.ts';
import { type Execution, hasEnded } from './visit.ts';

/** Shows the head. */
export function ExecutionHead({ execution }: { readonly execution: Execution }) {
  const { id, machineId, name, status, error } = execution;
  return (
    <PageHead
      title={`${machineId}:${name}`}
      heading={
        <>
          <Visible text={name} />
          <CopyButton text={id} what="the id" />
        </>
      }
      status={
        <>
          <StatusBadge status={status} live={!hasEnded(execution)} />
          {error !== null && (
            <strong>
              <Visible text={error} />
            </strong>
          )}
        </>
      }
      actions={<ExecutionActions execution={execution} />}
      commands={commandsFor(['execution', 'get', id], 'getExecution', {
        params: { executionId: id },
      })}
    >
      <ExecutionFacts execution={execution} />
    </PageHead>
  );
}

function ExecutionActions({ execution }: { readonly execution: Execution }) {
  const { id, status, machineId } = execution;
  const [, navigate] = useLocation();
  const [isStarting, setStarting] = useState(false);
  const redrives = useRedrives(id);
  const cancel = useChange('cancelExecution');
  const call = { params: { executionId: id } };
  const onError = (error: Error) => toast('failed', error.message);
  const exporting = useMutation({ mutationFn: () => exportHistory(execution), onError });
  const mayRedrive = ['FAILED', 'TIMED_OUT', 'ABORTED'].includes(status);
  const stop: Action = {
    word: 'Cancel',
    icon: Square,
    needs: 'operate',
    kind: 'danger',
    busy: cancel.isPending,
    blocked: hasEnded(execution) ? 'It has ended' : null,
    onSelect: () =>
      cancel.mutate(call, { onError, onSuccess: ({ outcome }) => toast('succeeded', outcome) }),
  };
  return (
    <>
      <ActionBar
        actions={[
          ...(mayRedrive ? redrives : [stop]),
          { word: 'Run anew…', icon: Play, needs: 'operate', onSelect: () => setStarting(true) },
          {
            word: 'Compare',
            icon: Columns2,
            needs: 'read',
            onSelect: () => navigate(pathTo('compare', {}, { left: id })),
          },
          {
            word: 'Export',
            icon: Download,
            needs: 'read',
            busy: exporting.isPending,
            onSelect: () => exporting.mutate(),
          },
        ]}
      />
      {isStarting && (
        <StartDialog machineId={machineId} inputOf={id} onClose={() => setStarting(false)} />
      )}
    </>
  );
}

/** Both ways to run the execution again: on its own version of the machine, and on the newest. */
function useRedrives(executionId: string): readonly Action[] {
  const redrive = useChange('redriveExecution');
  const toAction = (word: string, latest: boolean): Action => ({
    word,
    icon: RotateCw,
    needs: 'operate',
    busy: redrive.isPending,
    onSelect: () =>
      redrive.mutate(
        { params: { executionId }, body: { latest } },
        {
          onError: ({ message }) => toast('failed', message),
          onSuccess: () => toast('succeeded', 'redriven'),
        },
      ),
  });
  return [toAction('Redrive', false), toAction('Redrive on newest version', true)];
}
