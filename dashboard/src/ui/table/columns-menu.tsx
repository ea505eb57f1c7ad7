/** Chooses the columns of a table. */
import { Columns3 } from 'lucide-react';
import { Popover } from '../popover.tsx';
import styles from './columns-menu.module.css';

/** A button with a box for each column; the first column always stays. */
export function ColumnsMenu({
  columns,
  shown,
  onChange,
}: {
  readonly columns: readonly { readonly key: string; readonly title: string }[];
  readonly shown: readonly string[];
  readonly onChange: (shown: readonly string[]) => void;
}) {
  const toggle = (key: string) =>
    onChange(shown.includes(key) ? shown.filter((each) => each !== key) : [...shown, key]);
  return (
    <Popover
      label="Columns"
      buttonClass={styles.button}
      button={
        <>
          <Columns3 size={15} aria-hidden />
          <span className="visually-hidden">Columns</span>
        </>
      }
    >
      <fieldset className={styles.columns}>
        <legend>Columns</legend>
        {columns.slice(1).map(({ key, title }) => (
          <label key={key}>
            <input type="checkbox" checked={shown.includes(key)} onChange={() => toggle(key)} />
            {title}
          </label>
        ))}
      </fieldset>
    </Popover>
  );
}
