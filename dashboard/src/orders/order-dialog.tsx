/** Gives an order: counts first what it would take, and shows ten of them. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api/api.ts';
import { ApiProblem } from '../api/api-problem.ts';
import { useChange } from '../api/use-change.ts';
import { pathTo } from '../router/routes.ts';
import { formatDuration } from '../text/format-number.ts';
import { MiddleText } from '../text/middle-text.tsx';
import { Visible } from '../text/visible.tsx';
import { Button } from '../ui/button.tsx';
import { ConfirmTyped } from '../ui/confirm-typed.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Loaded } from '../ui/panel.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { toast } from '../ui/toast.ts';
import styles from './order-dialog.module.css';
import {
  type DryRun,
  expectedMs,
  matchingText,
  type OrderBody,
  type OrderDraft,
  orderWords,
  readLimit,
  takenCount,
  typedConfirmation,
  usualPerSecond,
} from './order-draft.ts';

/** A dialog that gives the order of `draft`. */
export function OrderDialog({
  draft,
  onClose,
}: {
  readonly draft: OrderDraft;
  readonly onClose: () => void;
}) {
  const { action, scope } = draft;
  const { verb, explains } = orderWords[action];
  const { dryRun, form, typed, canStart, start, submit } = useOrder(draft, onClose);
  const found = dryRun.data;
  const title = found === undefined ? `${verb}…` : `${verb} ${matchingText(draft, found)}`;
  return (
    <Dialog
      title={title}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            kind={action === 'delete' ? 'danger' : 'primary'}
            busy={start.isPending}
            disabled={!canStart}
            onClick={submit}
          >
            {title.replace('…', '')}
          </Button>
        </>
      }
    >
      <p>{explains}</p>
      <p className={styles.scope}>
        <span>Over</span> <Visible text={scope} />
      </p>
      <Loaded query={dryRun}>{(reply) => <Samples found={reply} />}</Loaded>
      {found !== undefined && found.matching > 0 && (
        <OrderFields form={form} found={found} isRedrive={action === 'redrive'} />
      )}
      {typed !== null && found?.matching !== 0 && (
        <ConfirmTyped
          expected={typed}
          typed={form.values.typed}
          onType={(text) => form.set({ typed: text })}
        />
      )}
      {start.error !== null && <ProblemNote error={start.error} />}
    </Dialog>
  );
}

/** Counts, reads the form, and gives the order; a set that grew meanwhile is counted again. */
function useOrder(draft: OrderDraft, onClose: () => void) {
  const dryRun = useDryRun(draft);
  const form = useOrderForm();
  const start = useChange('startOrder');
  const found = dryRun.data;
  const typed = found === undefined ? null : typedConfirmation(draft, found);
  const isConfirmed = typed === null || form.values.typed === typed;
  const canStart = found !== undefined && found.matching > 0 && form.isFine && isConfirmed;
  const submit = () => {
    if (found === undefined) return;
    const { action, over } = draft;
    const body: OrderBody = { action, over, expect: found.matching, ...form.body };
    start.mutate(
      { body },
      {
        onSuccess: ({ orderId }) => {
          onClose();
          const link =
            orderId === null
              ? undefined
              : { href: pathTo('order', { orderId }), word: 'Show the order' };
          toast('succeeded', `${orderWords[action].verb}: ordered`, link);
        },
        onError: (error) => {
          if (error instanceof ApiProblem && error.code === 'CONFLICT') void dryRun.refetch();
        },
      },
    );
  };
  return { dryRun, form, typed, canStart, start, submit };
}

function useDryRun({ action, over }: OrderDraft) {
  return useQuery<DryRun>({
    queryKey: ['dryRun', action, over],
    queryFn: ({ signal }) =>
      api.call('startOrder', { body: { action, over, dryRun: true } }, signal),
    staleTime: 0,
    gcTime: 0,
  });
}

function useOrderForm() {
  const [values, setValues] = useState({
    perSecond: String(usualPerSecond),
    limit: '',
    reason: '',
    latest: false,
    typed: '',
  });
  const perSecond = readLimit(values.perSecond, 10_000);
  const limit = readLimit(values.limit);
  const reason = values.reason.trim();
  return {
    values,
    perSecond,
    limit,
    isFine: perSecond.fault === null && limit.fault === null,
    body: {
      ...(perSecond.value !== null && { perSecond: perSecond.value }),
      ...(limit.value !== null && { limit: limit.value }),
      ...(reason !== '' && { reason }),
      ...(values.latest && { latest: true }),
    },
    set: (changes: Partial<typeof values>) => setValues((before) => ({ ...before, ...changes })),
  };
}

type OrderForm = ReturnType<typeof useOrderForm>;

function OrderFields({
  form,
  found,
  isRedrive,
}: {
  readonly form: OrderForm;
  readonly found: DryRun;
  readonly isRedrive: boolean;
}) {
  const { values, perSecond, limit, set } = form;
  const count = takenCount(found, limit.value);
  const takes =
    perSecond.value === null ? null : formatDuration(expectedMs(count, perSecond.value));
  return (
    <>
      <div className={styles.fields}>
        <TextField
          label="Per second"
          inputMode="numeric"
          hint={takes === null ? 'as fast as possible' : `takes about ${takes}`}
          fault={perSecond.fault}
          value={values.perSecond}
          onChange={(event) => set({ perSecond: event.target.value })}
        />
        <TextField
          label="No more than"
          inputMode="numeric"
          hint="all when empty"
          fault={limit.fault}
          value={values.limit}
          onChange={(event) => set({ limit: event.target.value })}
        />
      </div>
      {isRedrive && (
        <SelectField
          label="Definition"
          hint={values.latest ? 'what does not fit it is refused, and stays' : undefined}
          value={values.latest ? 'newest' : 'own'}
          onChange={(event) => set({ latest: event.target.value === 'newest' })}
        >
          <option value="own">the version that each began with</option>
          <option value="newest">the newest version, to apply a fix</option>
        </SelectField>
      )}
      <TextField
        label="Reason"
        hint="stands in the log of orders"
        value={values.reason}
        maxLength={1_000}
        onChange={(event) => set({ reason: event.target.value })}
      />
    </>
  );
}

function Samples({ found: { matching, some } }: { readonly found: DryRun }) {
  if (matching === 0) return <p>Nothing matches: there is nothing to do.</p>;
  return (
    <div>
      <p className={styles.caption}>
        {some.length < matching ? `${some.length} of them:` : 'All of them:'}
      </p>
      <ul className={styles.samples}>
        {some.map(({ id, label, error }) => (
          <li key={id}>
            <MiddleText text={label} />
            {error !== null && (
              <span className={styles.error}>
                <Visible text={error} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
