/** Facts in a line, such as those below the title of a screen; each may be a link. */
import type { ReactNode } from 'react';
import styles from './fact-line.module.css';

/** Shows its children side by side, each high enough to be touched. */
export function FactLine({ children }: { readonly children: ReactNode }) {
  return <div className={styles.facts}>{children}</div>;
}
