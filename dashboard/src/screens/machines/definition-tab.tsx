/** The definition of a machine, its diagnostics at their lines, and a copy to try changes in. */
import { Check, Pencil, Undo2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import { useOperation } from '../../api/use-operation.ts';
import { Visible } from '../../text/visible.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { TextView } from '../../ui/document/text-view.tsx';
import { Loaded, Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { jsonLines, lineOfLocation } from './json-lines.ts';
import type { MachineTabProps } from './machine-url.ts';
import styles from './machines.module.css';

type Diagnostics = ApiReply<'validateDefinition'>['diagnostics'];

/** Shows the definition. */
export function DefinitionTab({ machineId, version }: MachineTabProps) {
  const query = useOperation(
    'getMachine',
    { params: { machineId }, query: { version } },
    { staleMs: Number.POSITIVE_INFINITY },
  );
  return (
    <Loaded query={query} rows={12}>
      {({ definition, type }) => (
        <Definition
          key={version}
          stored={JSON.stringify(definition, null, 2)}
          type={type}
          machineId={machineId}
        />
      )}
    </Loaded>
  );
}

interface DefinitionProps {
  readonly stored: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly machineId: string;
}

function Definition({ stored, type, machineId }: DefinitionProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const [checked, setChecked] = useState(stored);
  const query = useOperation(
    'validateDefinition',
    { body: { definition: checked, type } },
    { staleMs: Number.POSITIVE_INFINITY },
  );
  const text = draft ?? stored;
  const isChecked = checked === text;
  return (
    <div className={styles.split}>
      <Panel
        title={draft === null ? 'Definition' : 'A copy: nothing here is saved'}
        aside={<CopyButton text={text} what="the definition" />}
      >
        {draft === null ? (
          <MarkedText
            text={text}
            label={`Definition of ${machineId}`}
            diagnostics={isChecked ? query.data?.diagnostics : undefined}
          />
        ) : (
          <textarea
            className={styles.editor}
            aria-label="Copy of the definition"
            spellCheck={false}
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
          />
        )}
      </Panel>
      <Panel title="Diagnostics">
        <div className={styles.stack}>
          <CopyTools
            isCopy={draft !== null}
            busy={query.isFetching}
            onBegin={() => setDraft(stored)}
            onValidate={() => setChecked(text)}
            onDiscard={() => {
              setDraft(null);
              setChecked(stored);
            }}
          />
          {isChecked ? (
            <Loaded query={query}>{(reply) => <Findings text={text} {...reply} />}</Loaded>
          ) : (
            <p>The copy has changed: validate it again.</p>
          )}
        </div>
      </Panel>
    </div>
  );
}

function CopyTools({
  isCopy,
  busy,
  onBegin,
  onValidate,
  onDiscard,
}: {
  readonly isCopy: boolean;
  readonly busy: boolean;
  readonly onBegin: () => void;
  readonly onValidate: () => void;
  readonly onDiscard: () => void;
}) {
  if (!isCopy) {
    return (
      <div className={styles.tools}>
        <Button icon={Pencil} onClick={onBegin}>
          Try changes in a copy
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.tools}>
      <Button kind="primary" icon={Check} busy={busy} onClick={onValidate}>
        Validate
      </Button>
      <Button icon={Undo2} onClick={onDiscard}>
        Discard the copy
      </Button>
    </div>
  );
}

function MarkedText({
  text,
  label,
  diagnostics = [],
}: {
  readonly text: string;
  readonly label: string;
  readonly diagnostics: Diagnostics | undefined;
}) {
  const marks = useMemo(() => {
    const lines = jsonLines(text);
    return new Map(
      diagnostics.map(({ severity, location = '/' }) => [
        lineOfLocation(lines, location),
        severity === 'ERROR' ? ('error' as const) : ('warning' as const),
      ]),
    );
  }, [text, diagnostics]);
  return <TextView text={text} label={label} maxHeight={720} marks={marks} />;
}

function Findings({
  text,
  result,
  diagnostics,
  truncated,
}: ApiReply<'validateDefinition'> & { readonly text: string }) {
  const lines = useMemo(() => jsonLines(text), [text]);
  if (diagnostics.length === 0) return <p>It is valid, and there is nothing to say about it.</p>;
  return (
    <>
      <p>
        {result === 'OK' ? 'It is valid.' : 'It is not valid.'}
        {truncated && ' These are the first findings of more.'}
      </p>
      <ul className={styles.diagnostics}>
        {diagnostics.map(({ severity, code, message, location = '/' }, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: the same finding may be there twice
            key={index}
          >
            <StatusBadge status={severity === 'ERROR' ? 'error' : 'warning'} quiet />{' '}
            <code>{code}</code>
            <p>
              line {lineOfLocation(lines, location)}: <Visible text={message} />{' '}
              <code>
                <Visible text={location} />
              </code>
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
