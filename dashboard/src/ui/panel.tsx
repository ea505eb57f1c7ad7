/** A part of a screen that loads, fails and is empty by itself: no part takes another with it. */
import { type ReactNode, useId } from 'react';
import { now, useZone } from '../time/clock-store.ts';
import { formatClock } from '../time/format-time.ts';
import styles from './panel.module.css';
import { ProblemNote } from './problem-note.tsx';
import { SkeletonRows } from './skeleton.tsx';

/** What a panel needs of a query. */
export interface PanelQuery<Reply> {
  readonly data: Reply | undefined;
  readonly error: Error | null;
  readonly dataUpdatedAt?: number;
  readonly refetch?: () => unknown;
}

/** A frame with a title, whose content stands on its own. */
export function Panel({
  title,
  aside,
  children,
  flush = false,
}: {
  readonly title?: ReactNode;
  /** What stands at the right of the title. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  /** Lets the content touch the frame, for tables. */
  readonly flush?: boolean;
}) {
  const id = useId();
  return (
    <section className={styles.panel} aria-labelledby={title === undefined ? undefined : id}>
      {(title !== undefined || aside !== undefined) && (
        <header className={styles.head}>
          {title !== undefined && <h2 id={id}>{title}</h2>}
          {aside !== undefined && <div className={styles.aside}>{aside}</div>}
        </header>
      )}
      <div className={flush ? styles.flush : styles.body}>{children}</div>
    </section>
  );
}

/** Shows the reply of a query; before it the frame of one, and its problem when it fails. */
export function Loaded<Reply>({
  query,
  rows = 3,
  children,
}: {
  readonly query: PanelQuery<Reply>;
  /** How many rows the frame has while nothing is known. */
  readonly rows?: number;
  readonly children: (reply: Reply) => ReactNode;
}) {
  const { data, error, refetch, dataUpdatedAt } = query;
  const retry = refetch === undefined ? undefined : () => void refetch();
  if (data === undefined) {
    if (error === null) return <SkeletonRows rows={rows} />;
    return (
      <div className={styles.inset}>
        <ProblemNote error={error} onRetry={retry} />
      </div>
    );
  }
  return (
    <>
      {error !== null && (
        <div className={styles.inset}>
          <ProblemNote error={error} onRetry={retry} />
          {dataUpdatedAt !== undefined && <AsOf at={dataUpdatedAt} />}
        </div>
      )}
      {children(data)}
    </>
  );
}

function AsOf({ at }: { readonly at: number }) {
  const zone = useZone();
  return <p className={styles.old}>What follows was known at {formatClock(at, zone, now())}.</p>;
}
