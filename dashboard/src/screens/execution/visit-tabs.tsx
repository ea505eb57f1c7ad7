/** The parts of a visit: documents, error, tries, definition and timing. */
import type { ReactNode } from 'react';
import { formatBytes, formatCount } from '../../text/format-number.ts';
import { DocumentView } from '../../ui/document/document-view.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Time, Took } from '../../ui/time.tsx';
import { Failure } from './execution-documents.tsx';
import styles from './side-panel.module.css';
import { StateDefinition } from './state-definition.tsx';
import { TriesList } from './tries-list.tsx';
import type { Visit } from './visit.ts';
import type { VisitPanelProps } from './visit-panel.tsx';

type TabKey = 'input' | 'output' | 'error' | 'tries' | 'definition' | 'timing';

/** Shows the chosen part; of a visit that failed, its error first. */
export function VisitTabs({ execution, visit, values, set, starts }: VisitPanelProps) {
  const { id, machineId, machineVersion } = execution;
  const { eventId, tries, error, cause, state, status } = visit;
  const usual: TabKey = error !== null || cause !== null ? 'error' : 'input';
  const chosen = values.tab === 'auto' ? usual : values.tab;
  const parts: Readonly<Record<TabKey, ReactNode>> = {
    input: <DocumentView executionId={id} document={`${eventId}.input`} label="Input" />,
    output:
      status === 'SUCCEEDED' || status === 'CAUGHT' ? (
        <DocumentView executionId={id} document={`${eventId}.output`} label="Output" />
      ) : (
        <p>It has no output: it has not ended, or it ended with an error.</p>
      ),
    error:
      error === null && cause === null ? (
        <p>There was no error.</p>
      ) : (
        <Failure error={error} cause={null}>
          <DocumentView executionId={id} document={`${eventId}.cause`} label="Cause" />
        </Failure>
      ),
    tries: <TriesList visit={visit} starts={starts} />,
    definition: <StateDefinition machineId={machineId} version={machineVersion} state={state} />,
    timing: <Timing visit={visit} />,
  };
  return (
    <Tabs
      label="Parts of the visit"
      tabs={[
        { key: 'input', word: 'Input' },
        { key: 'output', word: 'Output' },
        { key: 'error', word: 'Error' },
        {
          key: 'tries',
          word: 'Tries',
          ...(tries.length > 0 && { note: formatCount(tries.length) }),
        },
        { key: 'definition', word: 'Definition' },
        { key: 'timing', word: 'Timing' },
      ]}
      chosen={chosen}
      onChoose={(tab) => set({ tab }, 'replace')}
    >
      <div className={styles.tab}>{parts[chosen]}</div>
    </Tabs>
  );
}

const waitWords = {
  handler: 'its handler',
  token: 'an answer to its task token',
  activity: 'a worker of its activity',
  message: 'a message',
  execution: 'the execution that it started',
  mapRun: 'the children of its distributed Map',
  timer: 'a time',
} as const;

function Timing({ visit }: { readonly visit: Visit }) {
  const { enteredAt, endedAt, dueAt, waitsFor, bytes, attempt, eventId } = visit;
  return (
    <dl className={styles.facts}>
      <dt>entered</dt>
      <dd>
        <Time at={enteredAt} form="absolute" />
      </dd>
      <dt>ended</dt>
      <dd>{endedAt === null ? 'not yet' : <Time at={endedAt} form="absolute" />}</dd>
      <dt>took</dt>
      <dd>
        <Took from={enteredAt} to={endedAt} />
      </dd>
      {waitsFor !== null && endedAt === null && (
        <>
          <dt>waits for</dt>
          <dd>
            {waitWords[waitsFor]}
            {dueAt !== null && (
              <>
                , until <Time at={dueAt} form="absolute" /> (<Time at={dueAt} />)
              </>
            )}
          </dd>
        </>
      )}
      <dt>attempt</dt>
      <dd>{formatCount(attempt + 1)}</dd>
      <dt>size</dt>
      <dd>
        input {sizeText(bytes.input)}, output {sizeText(bytes.output)}
      </dd>
      <dt>event</dt>
      <dd>{formatCount(eventId)}</dd>
    </dl>
  );
}

function sizeText(bytes: number | null): string {
  return bytes === null ? '–' : formatBytes(bytes);
}
