/** A long name cut in its middle: what tells two names apart is mostly at their ends. */

import styles from './middle-text.module.css';
import { Visible } from './visible.tsx';
import { visibleText } from './visible-text.ts';

/** How many characters of the end always stay. */
const tailLength = 8;

/** Shows as much of a name as fits, and always its end. */
export function MiddleText({ text }: { readonly text: string }) {
  const characters = [...text];
  if (characters.length <= 2 * tailLength) return <Visible text={text} />;
  return (
    <span className={styles.name} title={visibleText(text)}>
      <span className={styles.head}>
        <Visible text={characters.slice(0, -tailLength).join('')} />
      </span>
      <span className={styles.tail}>
        <Visible text={characters.slice(-tailLength).join('')} />
      </span>
    </span>
  );
}
