/** Starts a batch of the configuration, with changes typed as JSON. */
import { useState } from 'react';
import { useLocation } from 'wouter';
import { jsonFault, withTypedJson } from '../../api/api-request.ts';
import { useChange } from '../../api/use-change.ts';
import { useApp } from '../../app/app-info.tsx';
import { pathTo } from '../../router/routes.ts';
import { visibleText } from '../../text/visible-text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField, TextArea } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';

/** The dialog that starts a batch. */
export function StartBatchDialog({ onClose }: { readonly onClose: () => void }) {
  const { batches, chosen, setName, typed, setTyped, faults, start, submit } = useStartBatch();
  return (
    <Dialog
      title="Start a batch"
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            kind="primary"
            busy={start.isPending}
            disabled={chosen === undefined || faults.source !== null || faults.options !== null}
            onClick={submit}
          >
            Start
          </Button>
        </>
      }
    >
      <SelectField
        label="Batch of the configuration"
        hint={chosen && `machine ${visibleText(chosen.machineId)}, source ${chosen.sourceKind}`}
        value={chosen?.name}
        onChange={(event) => setName(event.target.value)}
      >
        {batches.map((each) => (
          <option key={each.name} value={each.name}>
            {visibleText(each.name)}
          </option>
        ))}
      </SelectField>
      <TextArea
        label="Another source"
        hint={'JSON, such as {"kind":"csv","path":"…"}; the configured one when empty'}
        fault={faults.source}
        rows={3}
        value={typed.source}
        onChange={(event) => setTyped({ ...typed, source: event.target.value })}
      />
      <TextArea
        label="Other options"
        hint={'JSON, such as {"maxInFlight":500}; they take the place of the configured ones'}
        fault={faults.options}
        rows={3}
        value={typed.options}
        onChange={(event) => setTyped({ ...typed, options: event.target.value })}
      />
      {start.error !== null && <ProblemNote error={start.error} />}
    </Dialog>
  );
}

/** The form, and the request. */
function useStartBatch() {
  const batches = useApp().app?.batches ?? [];
  const [name, setName] = useState('');
  const [typed, setTyped] = useState({ source: '', options: '' });
  // An id of the page's own: a second click, or a lost reply, starts nothing twice.
  const [id] = useState(() => (isSecureContext ? crypto.randomUUID() : undefined));
  const [, navigate] = useLocation();
  const start = useChange('startBatch');
  const faults = { source: jsonFault(typed.source), options: jsonFault(typed.options) };
  const chosen = batches.find((each) => each.name === name) ?? batches[0];
  const submit = () => {
    if (chosen === undefined) return;
    start.mutate(
      { body: withTypedJson({ name: chosen.name, id }, typed) },
      { onSuccess: (batch) => navigate(pathTo('batch', { batchId: batch.id })) },
    );
  };
  return { batches, chosen, setName, typed, setTyped, faults, start, submit };
}
