/** One row of a long table. */
import { memo } from 'react';
import { useLocation } from 'wouter';
import styles from './data-table.module.css';
import type { DataTableProps } from './data-table.tsx';

interface DataRowProps<Row> {
  readonly index: number;
  /** Undefined while its page is read again. */
  readonly row: Row | undefined;
  readonly rowId: string;
  readonly table: DataTableProps<Row>;
}

function DataRowOf<Row>({ index, row, rowId, table }: DataRowProps<Row>) {
  const [, navigate] = useLocation();
  const { columns, choice, href } = table;
  const isChosen = choice?.keys.has(rowId) ?? false;
  return (
    <tr
      data-index={index}
      data-key={rowId}
      aria-rowindex={index + 2}
      aria-selected={choice === undefined ? undefined : isChosen}
      data-chosen={isChosen || undefined}
      tabIndex={-1}
      className={styles.row}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.target !== event.currentTarget) return;
        if (row !== undefined) navigate(href(row));
      }}
    >
      {choice !== undefined && (
        <td className={styles.check}>
          <input
            type="checkbox"
            aria-label={`Choose row ${index + 1}`}
            checked={isChosen}
            onClick={(event) => choice.toggle(rowId, event.shiftKey)}
            onChange={() => {}}
          />
        </td>
      )}
      {columns.map(({ key, title, cell, align, card = 'detail' }) => (
        <td key={key} data-align={align} data-card={card} data-title={title}>
          {row === undefined ? <span className={styles.missing} /> : cell(row)}
        </td>
      ))}
    </tr>
  );
}

/** A row is drawn again only when something of it has changed. */
export const DataRow = memo(DataRowOf, (before, after) => {
  const wasChosen = before.table.choice?.keys.has(before.rowId);
  return (
    before.index === after.index &&
    before.row === after.row &&
    before.table.columns === after.table.columns &&
    wasChosen === after.table.choice?.keys.has(after.rowId) &&
    before.table.choice?.toggle === after.table.choice?.toggle
  );
}) as typeof DataRowOf;
