/** How much of something has ended, and how much of that failed. */
import styles from './progress-bar.module.css';

/** A bar from 0 to `of`; `of` is null while it is not known. */
export function ProgressBar({
  done,
  failed = 0,
  of,
  label,
}: {
  readonly done: number;
  readonly failed?: number;
  readonly of: number | null;
  readonly label: string;
}) {
  const share = (count: number) => (of === null || of === 0 ? 0 : Math.min(1, count / of)) * 100;
  return (
    <div
      className={of === null ? styles.unknown : styles.bar}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={of ?? undefined}
      aria-valuenow={of === null ? undefined : Math.min(done, of)}
    >
      <div className={styles.done} style={{ width: `${share(done - failed)}%` }} />
      {failed > 0 && <div className={styles.failed} style={{ width: `${share(failed)}%` }} />}
    </div>
  );
}
