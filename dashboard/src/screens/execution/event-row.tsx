/** One event of a history, with its documents when it is open. */
import { ChevronDown, ChevronRight } from 'lucide-react';
import { memo, useState } from 'react';
import { Visible } from '../../text/visible.tsx';
import { DocumentView } from '../../ui/document/document-view.tsx';
import { Time } from '../../ui/time.tsx';
import { describeEvent, type EventLine, type HistoryEvent } from './event-lines.ts';
import styles from './events-view.module.css';

/** Shows an event. */
export const EventRow = memo(function EventRow({
  event,
  executionId,
  onState,
}: {
  readonly event: HistoryEvent;
  readonly executionId: string;
  readonly onState: (name: string) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const line = describeEvent(event);
  const { words, state, error, isFailure, detail } = line;
  const Icon = isOpen ? ChevronDown : ChevronRight;
  return (
    <li className={styles.event} data-failed={isFailure || undefined}>
      <div className={styles.line}>
        <button
          type="button"
          className={styles.open}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon size={14} aria-hidden />
          <span className={styles.id}>{event.id}</span> {words}
        </button>
        {state !== null && (
          <button type="button" className={styles.state} onClick={() => onState(state)}>
            <Visible text={state} />
          </button>
        )}
        {error !== null && (
          <strong>
            <Visible text={error} />
          </strong>
        )}
        <span className={styles.detail}>
          <Visible text={detail} />
        </span>
        <span className={styles.time}>
          <Time at={event.timestamp} />
        </span>
      </div>
      {isOpen && <EventDetails event={event} line={line} executionId={executionId} />}
    </li>
  );
});

function EventDetails({
  event: { id, timestamp, previousEventId },
  line: { documents, cause },
  executionId,
}: {
  readonly event: HistoryEvent;
  readonly line: EventLine;
  readonly executionId: string;
}) {
  return (
    <div className={styles.details}>
      <p>
        <Time at={timestamp} form="absolute" />
        {previousEventId > 0 && ` · follows event ${previousEventId}`}
      </p>
      {cause !== null && (
        <p className={styles.cause}>
          <Visible text={cause} />
        </p>
      )}
      {documents.map((field) => (
        <section key={field}>
          <h3>{field}</h3>
          <DocumentView
            executionId={executionId}
            document={`${id}.${field}`}
            label={`${field} of event ${id}`}
            maxHeight={300}
          />
        </section>
      ))}
    </div>
  );
}
