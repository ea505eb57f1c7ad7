/** The frame of what is being read. It appears after 300 ms: most replies are there before. */
import styles from './skeleton.module.css';

/** Rows without content. */
export function SkeletonRows({ rows }: { readonly rows: number }) {
  return (
    <div className={styles.rows} role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all the same
        <div key={row} className={styles.row} />
      ))}
    </div>
  );
}
