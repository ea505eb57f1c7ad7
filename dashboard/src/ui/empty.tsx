/** What a screen says when there is nothing to show. */
import type { ReactNode } from 'react';
import styles from './empty.module.css';

/** A sentence, and what can be done about it. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className={styles.empty}>
      <p className={styles.title}>{title}</p>
      {children}
    </div>
  );
}
