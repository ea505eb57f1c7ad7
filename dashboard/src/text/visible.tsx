/** Shows a text of a user: as text, with hidden characters written out and marked. */
import { memo } from 'react';
import styles from './visible.module.css';
import { visibleParts } from './visible-text.ts';

/** Shows a name, an error or any other text that Millrace did not write. */
export const Visible = memo(function Visible({ text }: { readonly text: string }) {
  const parts = visibleParts(text);
  if (parts.every(({ isEscape }) => !isEscape)) return text;
  let offset = 0;
  return parts.map(({ text: shown, isEscape }) => {
    const key = offset;
    offset += shown.length;
    return isEscape ? (
      <span key={key} className={styles.escape} title="a character that cannot be seen">
        {shown}
      </span>
    ) : (
      shown
    );
  });
});
