/** Looks for a text in the documents of the executions that the filters match, call by call. */
import { FileSearch, Square } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { ScreenLink } from '../../router/screen-link.tsx';
import { formatCount, formatThings } from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { SimpleTable } from '../../ui/table/simple-table.tsx';
import { Time } from '../../ui/time.tsx';
import type { ExecutionRow } from './execution-columns.tsx';
import { type ExecutionFilters, scanFilter } from './execution-filters.ts';
import styles from './look-into-documents.module.css';
import { type Scan, useScan } from './use-scan.ts';

/** The search in documents; its text and where it was stopped are in the address. */
export function LookIntoDocuments({
  values,
  looked,
  from,
  isAsked,
  onClose,
  onLook,
}: {
  readonly values: ExecutionFilters;
  readonly looked: string;
  readonly from: string;
  /** Whether the form is open. */
  readonly isAsked: boolean;
  readonly onClose: () => void;
  readonly onLook: (text: string, from: string) => void;
}) {
  const selection = scanFilter(values);
  const scan = useScan({
    text: looked,
    from,
    filter: 'filter' in selection ? selection.filter : null,
    onStop: (cursor) => onLook(looked, cursor),
  });
  if (looked === '') return isAsked ? <LookForm onClose={onClose} onLook={onLook} /> : null;
  return (
    <div className={styles.found}>
      <Panel
        title={
          <>
            Documents with{' '}
            <code>
              <Visible text={looked} />
            </code>
          </>
        }
        aside={<ScanTools scan={scan} onClose={() => onLook('', '')} />}
        flush
      >
        {'blocked' in selection && <p className={styles.note}>{selection.blocked}.</p>}
        <p className={styles.note} role="status">
          looked at {formatThings(scan.lookedAt, 'execution')}
          {scan.backTo !== null && (
            <>
              , back to <Time at={scan.backTo} form="clock" />
            </>
          )}
          , {formatCount(scan.matches.length)} found
          {scan.isDone && ' · that is all'}
        </p>
        {scan.error !== null && <ProblemNote error={scan.error} onRetry={scan.goOn} />}
        <Matches rows={scan.matches} />
      </Panel>
    </div>
  );
}

function ScanTools({ scan, onClose }: { readonly scan: Scan; readonly onClose: () => void }) {
  return (
    <>
      {scan.isRunning && (
        <Button icon={Square} onClick={scan.stop}>
          Stop
        </Button>
      )}
      {!scan.isRunning && !scan.isDone && <Button onClick={scan.goOn}>Go on</Button>}
      <Button kind="quiet" onClick={onClose}>
        Close
      </Button>
    </>
  );
}

/** The button that opens the form. */
export function LookButton({
  values,
  onOpen,
}: {
  readonly values: ExecutionFilters;
  readonly onOpen: () => void;
}) {
  const selection = scanFilter(values);
  const blocked = 'blocked' in selection ? selection.blocked : undefined;
  return (
    <Button
      kind="quiet"
      icon={FileSearch}
      disabled={blocked !== undefined}
      title={blocked}
      onClick={onOpen}
    >
      Look into documents…
    </Button>
  );
}

function LookForm({
  onClose,
  onLook,
}: {
  readonly onClose: () => void;
  readonly onLook: (text: string, from: string) => void;
}) {
  const [typed, setTyped] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed !== '') onLook(typed, '');
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <TextField
        label="Text in an input or output"
        hint="letter for letter, newest first, within the filters above; documents have no index"
        autoFocus
        maxLength={1_000}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <div className={styles.buttons}>
        <Button type="submit" kind="primary" icon={FileSearch} disabled={typed === ''}>
          Look
        </Button>
        <Button onClick={onClose}>Close</Button>
      </div>
    </form>
  );
}

function Matches({ rows }: { readonly rows: readonly ExecutionRow[] }) {
  if (rows.length === 0) return null;
  return (
    <SimpleTable
      label="Executions whose documents have the text"
      rows={rows}
      rowKey={({ id }) => id}
      columns={[
        {
          key: 'name',
          title: 'Execution',
          cell: ({ id, name }) => (
            <ScreenLink to="execution" params={{ executionId: id }}>
              <Visible text={name} />
            </ScreenLink>
          ),
        },
        {
          key: 'status',
          title: 'Status',
          cell: ({ status }) => <StatusBadge status={status} quiet />,
        },
        { key: 'machine', title: 'Machine', cell: ({ machineId }) => <Visible text={machineId} /> },
        { key: 'created', title: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
      ]}
    />
  );
}
