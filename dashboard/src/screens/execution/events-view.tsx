/** The history of an execution, newest first; any number of events may be open. */
import { useMemo } from 'react';
import { formatCount } from '../../text/format-number.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { SelectField } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { eventTypes } from './event-lines.ts';
import { EventRow } from './event-row.tsx';
import styles from './events-view.module.css';
import type { ExecutionViewProps } from './execution-views.tsx';
import { useEventKeys } from './use-event-keys.ts';
import { type EventFilter, useEvents } from './use-events.ts';
import { hasEnded } from './visit.ts';

/** Shows the events that the filters let through. */
export function EventsView({ execution, values, set }: ExecutionViewProps) {
  const { state, type, failed } = values;
  const filter = useMemo<EventFilter>(() => ({ state, type, failed }), [state, type, failed]);
  const { events, isLoading, error, hasMore, more, reload } = useEvents(
    execution.id,
    filter,
    !hasEnded(execution),
  );
  const list = useEventKeys();
  return (
    <div className={styles.events}>
      <div className={styles.filters}>
        <SelectField
          label="Type"
          value={type}
          onChange={(event) => set({ type: event.target.value })}
        >
          <option value="">all types</option>
          {eventTypes.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </SelectField>
        <label className={styles.check}>
          <input
            type="checkbox"
            checked={failed}
            onChange={(event) => set({ failed: event.target.checked })}
          />{' '}
          only failures
        </label>
        {state !== '' && (
          <Button onClick={() => set({ state: '', visit: null })}>
            only those of the chosen state ✕
          </Button>
        )}
      </div>
      {error !== null && <ProblemNote error={error} onRetry={reload} />}
      {events === undefined && error === null && <SkeletonRows rows={10} />}
      {events?.length === 0 && <Empty title="No event matches." />}
      <ol ref={list} className={styles.list} aria-label="Events, newest first">
        {events?.map((event) => (
          <EventRow
            key={event.id}
            event={event}
            executionId={execution.id}
            onState={(name) => set({ state: name, visit: null }, 'replace')}
          />
        ))}
      </ol>
      {hasMore && (
        <Button busy={isLoading} onClick={more}>
          Look further back ({formatCount(events?.length ?? 0)} shown)
        </Button>
      )}
    </div>
  );
}
