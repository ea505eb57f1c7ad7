/** A table of few rows; on a narrow screen each row becomes a card. */
import { type ReactNode, useRef } from 'react';
import { useRowKeys } from './row-keys.ts';
import styles from './simple-table.module.css';

/** A column. */
export interface Column<Row> {
  readonly key: string;
  readonly title: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  /** @default left */
  readonly align?: 'left' | 'right';
  /** A CSS width. @default as wide as its content */
  readonly width?: string;
}

/** Shows rows; `j`, `k` and Enter walk and open them. */
export function SimpleTable<Row>({
  label,
  columns,
  rows,
  rowKey,
  onOpen,
}: {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly onOpen?: (row: Row) => void;
}) {
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);
  return (
    <div className={styles.scroll}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ key, title, align, width }) => (
              <th
                key={key}
                data-align={align}
                style={width === undefined ? {} : { width }}
                scope="col"
              >
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              tabIndex={-1}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && event.target === event.currentTarget) onOpen?.(row);
              }}
            >
              {columns.map(({ key, title, cell, align }) => (
                <td
                  key={key}
                  data-align={align}
                  data-title={typeof title === 'string' ? title : ''}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
