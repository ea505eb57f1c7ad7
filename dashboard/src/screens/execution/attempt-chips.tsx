/** The attempts of an execution, to look at each as it stood at its end. */
import { useNow, useZone } from '../../time/clock-store.ts';
import { formatAbsolute, formatClock } from '../../time/format-time.ts';
import styles from './attempt-chips.module.css';

/** A button for each attempt; nothing while there is only one. */
export function AttemptChips({
  starts,
  chosen,
  onChoose,
}: {
  readonly starts: readonly number[];
  readonly chosen: number;
  /** Receives the number of an attempt, from 1; null for the newest. */
  readonly onChoose: (attempt: number | null) => void;
}) {
  const zone = useZone();
  const now = useNow();
  if (starts.length < 2) return null;
  return (
    <fieldset className={styles.chips}>
      <legend>attempt</legend>
      {starts.map((at, attempt) => (
        <button
          key={at}
          type="button"
          className={styles.chip}
          aria-pressed={attempt === chosen}
          title={`began ${formatAbsolute(at, zone)}`}
          onClick={() => onChoose(attempt === starts.length - 1 ? null : attempt + 1)}
        >
          {attempt + 1} <small>{formatClock(at, zone, now)}</small>
        </button>
      ))}
    </fieldset>
  );
}
