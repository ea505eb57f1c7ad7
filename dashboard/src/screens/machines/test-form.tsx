/** What goes into a test: an input, and a result or an error in place of the real work. */
import { useQuery } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../api/api.ts';
import { jsonFault } from '../../api/api-request.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { Button } from '../../ui/button.tsx';
import { indentJson } from '../../ui/document/indent-json.ts';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Loaded, Panel } from '../../ui/panel.tsx';
import styles from './machines.module.css';
import type { TestUrl } from './test-state-screen.tsx';
import type { StateTest, StateTester } from './use-state-test.ts';

const inputBytesMax = 262_144;

/** Shows the form, with the input of a past visit when the address names one. */
export function TestForm({
  values: { execution, event },
  test,
}: {
  readonly values: TestUrl;
  readonly test: StateTester;
}) {
  const query = useQuery({
    queryKey: ['testInput', execution, event],
    queryFn: async ({ signal }) => {
      if (execution === '' || event === null) return { text: '{}', redacted: false };
      const params = { executionId: execution, document: `${event}.input` };
      const call = { params, query: { bytes: inputBytesMax } };
      const { text, redacted } = await api.readDocument(call, signal);
      return { text: indentJson(text), redacted };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Panel
      title="Test"
      aside={
        execution !== '' && (
          <ScreenLink to="execution" params={{ executionId: execution }}>
            with the input of a past visit
          </ScreenLink>
        )
      }
    >
      <Loaded query={query}>
        {({ text, redacted }) => <Fields initial={text} isMasked={redacted} test={test} />}
      </Loaded>
    </Panel>
  );
}

interface FieldValues {
  readonly input: string;
  readonly variables: string;
  readonly kind: StateTest['mock']['kind'];
  readonly result: string;
  readonly error: string;
  readonly cause: string;
  readonly retries: string;
}

function Fields({
  initial,
  isMasked,
  test,
}: {
  readonly initial: string;
  readonly isMasked: boolean;
  readonly test: StateTester;
}) {
  const [values, setValues] = useState<FieldValues>({
    input: initial,
    variables: '',
    kind: 'none',
    result: '{}',
    error: '',
    cause: '',
    retries: '0',
  });
  const set = (changes: Partial<FieldValues>) => setValues((before) => ({ ...before, ...changes }));
  const faults = {
    input: jsonFault(values.input),
    variables: jsonFault(values.variables),
    result: values.kind === 'result' ? jsonFault(values.result) : null,
    retries: /^\d{1,6}$/.test(values.retries.trim()) ? null : 'expected a whole number',
  };
  const isFine = Object.values(faults).every((fault) => fault === null);
  return (
    <form
      className={styles.stack}
      onSubmit={(event) => {
        event.preventDefault();
        if (isFine && test.blocked === null) test.run(testOf(values));
      }}
    >
      <TextArea
        label="Input of the state"
        hint={isMasked ? 'secrets of the visit are masked in it' : 'JSON, sent letter for letter'}
        fault={faults.input}
        rows={8}
        value={values.input}
        onChange={(event) => set({ input: event.target.value })}
      />
      <MockFields values={values} set={set} fault={faults.result} />
      <StateFields values={values} set={set} faults={faults} />
      <div>
        <Button
          type="submit"
          kind="primary"
          icon={Play}
          busy={test.isRunning}
          disabled={!isFine || test.blocked !== null}
          title={test.blocked ?? undefined}
        >
          {test.blocked ?? 'Run the test'}
        </Button>
      </div>
    </form>
  );
}

function StateFields({
  values,
  set,
  faults,
}: {
  readonly values: FieldValues;
  readonly set: (changes: Partial<FieldValues>) => void;
  readonly faults: { readonly variables: string | null; readonly retries: string | null };
}) {
  return (
    <div className={styles.fields}>
      <TextField
        label="Variables"
        hint="JSON by name"
        fault={faults.variables}
        value={values.variables}
        onChange={(event) => set({ variables: event.target.value })}
      />
      <TextField
        label="Retries before"
        inputMode="numeric"
        fault={faults.retries}
        value={values.retries}
        onChange={(event) => set({ retries: event.target.value })}
      />
    </div>
  );
}

function MockFields({
  values,
  set,
  fault,
}: {
  readonly values: FieldValues;
  readonly set: (changes: Partial<FieldValues>) => void;
  readonly fault: string | null;
}) {
  return (
    <>
      <SelectField
        label="The work of the state"
        value={values.kind}
        onChange={(event) => set({ kind: event.target.value as FieldValues['kind'] })}
      >
        <option value="none">is done: handlers of this process are called</option>
        <option value="result">is replaced by a result</option>
        <option value="error">fails with an error</option>
      </SelectField>
      {values.kind === 'result' && (
        <TextArea
          label="Result"
          fault={fault}
          value={values.result}
          onChange={(event) => set({ result: event.target.value })}
        />
      )}
      {values.kind === 'error' && (
        <div className={styles.fields}>
          <TextField
            label="Error"
            value={values.error}
            onChange={(event) => set({ error: event.target.value })}
          />
          <TextField
            label="Cause"
            value={values.cause}
            onChange={(event) => set({ cause: event.target.value })}
          />
        </div>
      )}
    </>
  );
}

function testOf({ input, variables, kind, result, error, cause, retries }: FieldValues): StateTest {
  const mocks = {
    none: { kind: 'none' },
    result: { kind: 'result', result },
    error: { kind: 'error', error: error.trim(), cause },
  } as const;
  return { input, variables, mock: mocks[kind], retries: Number(retries) };
}
