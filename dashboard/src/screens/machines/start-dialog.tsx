/** Starts an execution with an input that is sent as it is typed, and opens it live. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { api } from '../../api/api.ts';
import { jsonFault, withTypedJson } from '../../api/api-request.ts';
import { useChange } from '../../api/use-change.ts';
import { useOperation } from '../../api/use-operation.ts';
import { pathTo } from '../../router/routes.ts';
import { Visible } from '../../text/visible.tsx';
import { visibleText } from '../../text/visible-text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { indentJson } from '../../ui/document/indent-json.ts';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Loaded } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { toast } from '../../ui/toast.ts';

/** Larger inputs are not put into a field: a browser stops at a text of megabytes. */
const inputBytesMax = 262_144;

/** The dialog; with `inputOf`, the input of that execution is there to be changed. */
export function StartDialog({
  machineId,
  inputOf,
  onClose,
}: {
  readonly machineId: string;
  readonly inputOf?: string;
  readonly onClose: () => void;
}) {
  const query = useQuery({
    queryKey: ['inputOf', inputOf],
    queryFn: async ({ signal }) => {
      if (inputOf === undefined) return '{}';
      const call = {
        params: { executionId: inputOf, document: 'input' },
        query: { bytes: inputBytesMax },
      };
      const { text, bytes, redacted } = await api.readDocument(call, signal);
      // An input that is cut or masked would start something else.
      return redacted || new TextEncoder().encode(text).length < bytes ? '' : indentJson(text);
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Dialog
      title={
        <>
          Start <Visible text={machineId} />
        </>
      }
      onClose={onClose}
      wide
    >
      <Loaded query={query}>
        {(input) => <StartForm machineId={machineId} initial={input} />}
      </Loaded>
    </Dialog>
  );
}

interface StartFields {
  readonly input: string;
  readonly name: string;
  readonly priority: string;
}

function StartForm({
  machineId,
  initial,
}: {
  readonly machineId: string;
  readonly initial: string;
}) {
  const [fields, setFields] = useState<StartFields>({ input: initial, name: '', priority: '' });
  const [, navigate] = useLocation();
  const start = useChange('startExecution');
  const fault = jsonFault(fields.input);
  const submit = () => {
    const { input, name, priority } = fields;
    const given = { machineId, name: name.trim() || undefined, priority: priority || undefined };
    start.mutate(
      { body: withTypedJson(given, { input }) },
      {
        onSuccess: ({ executionId, created }) => {
          if (!created) toast('retry', 'an execution of this name was there already');
          navigate(pathTo('execution', { executionId }));
        },
      },
    );
  };
  return (
    <>
      <TextArea
        label="Input"
        hint={
          initial === ''
            ? 'the input of the other execution is too large or masked: give one'
            : 'JSON, sent letter for letter'
        }
        fault={fault}
        rows={12}
        value={fields.input}
        onChange={(event) => setFields({ ...fields, input: event.target.value })}
      />
      <PlaceFields fields={fields} onChange={setFields} />
      {start.error !== null && <ProblemNote error={start.error} />}
      <div>
        <Button kind="primary" busy={start.isPending} disabled={fault !== null} onClick={submit}>
          Start and open it
        </Button>
      </div>
    </>
  );
}

function PlaceFields({
  fields,
  onChange,
}: {
  readonly fields: StartFields;
  readonly onChange: (fields: StartFields) => void;
}) {
  const queues = useOperation('listQueues', {}, { staleMs: 60_000 });
  return (
    <>
      <TextField
        label="Name"
        hint="starts it once, however often it is sent; any name when empty"
        maxLength={80}
        value={fields.name}
        onChange={(event) => onChange({ ...fields, name: event.target.value })}
      />
      <SelectField
        label="Queue"
        value={fields.priority}
        onChange={(event) => onChange({ ...fields, priority: event.target.value })}
      >
        <option value="">the usual one</option>
        {queues.data?.queues.map(({ queue }) => (
          <option key={queue} value={queue}>
            {visibleText(queue)}
          </option>
        ))}
      </SelectField>
    </>
  );
}
