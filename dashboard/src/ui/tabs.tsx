/** Tabs whose choice the caller keeps, usually in the address. */
import { type KeyboardEvent, type ReactNode, useId } from 'react';
import styles from './tabs.module.css';

/** One tab. */
export interface Tab<Key extends string> {
  readonly key: Key;
  readonly word: ReactNode;
  /** A number or a mark after the word. */
  readonly note?: ReactNode;
}

/** A row of tabs, and the content of the chosen one. */
export function Tabs<Key extends string>({
  tabs,
  chosen,
  onChoose,
  label,
  children,
}: {
  readonly tabs: readonly Tab<Key>[];
  readonly chosen: Key;
  readonly onChoose: (key: Key) => void;
  /** Names the row. */
  readonly label: string;
  readonly children: ReactNode;
}) {
  const id = useId();
  const walk = (event: KeyboardEvent<HTMLButtonElement>, at: number) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = step === undefined ? undefined : tabs.at((at + step) % tabs.length);
    if (next === undefined) return;
    event.preventDefault();
    onChoose(next.key);
    document.getElementById(`${id}-${next.key}`)?.focus();
  };
  return (
    <>
      <div className={styles.tabs} role="tablist" aria-label={label}>
        {tabs.map(({ key, word, note }, at) => (
          <button
            key={key}
            id={`${id}-${key}`}
            type="button"
            role="tab"
            aria-selected={key === chosen}
            aria-controls={`${id}-panel`}
            tabIndex={key === chosen ? 0 : -1}
            className={styles.tab}
            onClick={() => onChoose(key)}
            onKeyDown={(event) => walk(event, at)}
          >
            {word}
            {note !== undefined && <span className={styles.note}>{note}</span>}
          </button>
        ))}
      </div>
      <div
        id={`${id}-panel`}
        role="tabpanel"
        aria-labelledby={`${id}-${chosen}`}
        className={styles.panel}
      >
        {children}
      </div>
    </>
  );
}
