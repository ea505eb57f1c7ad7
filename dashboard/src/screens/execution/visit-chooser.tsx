/** Chooses one of several visits of a state: a loop enters it again and again. */
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { formatCount } from '../../text/format-number.ts';
import { Button } from '../../ui/button.tsx';
import { Time } from '../../ui/time.tsx';
import type { ChangeUrl } from './execution-url.ts';
import styles from './side-panel.module.css';
import type { Visit } from './visit.ts';

/** Steps through the visits of a state. */
export function VisitChooser({
  visits,
  chosen,
  set,
}: {
  readonly visits: readonly Visit[];
  readonly chosen: Visit;
  readonly set: ChangeUrl;
}) {
  const at = visits.findIndex(({ eventId }) => eventId === chosen.eventId);
  const go = (index: number) => {
    const visit = visits[index];
    if (visit !== undefined) set({ visit: visit.eventId, tab: 'auto' }, 'replace');
  };
  return (
    <div className={styles.visits}>
      <Button
        icon={ChevronLeft}
        aria-label="Visit before"
        disabled={at <= 0}
        onClick={() => go(at - 1)}
      />
      <span>
        visit <b>{formatCount(at + 1)}</b> of {formatCount(visits.length)}
      </span>
      <Button
        icon={ChevronRight}
        aria-label="Next visit"
        disabled={at >= visits.length - 1}
        onClick={() => go(at + 1)}
      />
      <span className={styles.number}>
        entered <Time at={chosen.enteredAt} form="clock" />
      </span>
    </div>
  );
}
