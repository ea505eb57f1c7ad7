/**
 * A table of any number of rows, of which those in view are drawn. It scrolls with the screen.
 * `j` and `k` walk, Enter opens, `x` chooses; below 700 px each row is a card.
 */
import { type ReactNode, useRef } from 'react';
import { ProblemNote } from '../problem-note.tsx';
import { SkeletonRows } from '../skeleton.tsx';
import { DataRow } from './data-row.tsx';
import styles from './data-table.module.css';
import { rowAt, rowCount } from './list-pages.ts';
import type { ListSource } from './use-list-pages.ts';
import { useRowFocus } from './use-row-focus.ts';
import { useVirtualRows } from './use-virtual-rows.ts';

/** A column of a long table. */
export interface DataColumn<Row> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** A CSS width; one column without a width takes what is left. */
  readonly width?: string;
  readonly align?: 'right';
  /** Where it stands in a card. @default a line of details */
  readonly card?: 'title' | 'status' | 'hidden';
}

/** Rows that are chosen by key. */
export interface RowChoice {
  readonly keys: ReadonlySet<string>;
  readonly toggle: (key: string, isRange: boolean) => void;
  readonly setAll: (isChosen: boolean) => void;
  readonly isAll: boolean;
}

/** What a long table shows. */
export interface DataTableProps<Row> {
  readonly label: string;
  readonly source: ListSource<Row>;
  readonly columns: readonly DataColumn<Row>[];
  readonly rowKey: (row: Row) => string;
  /** The address that a row leads to. */
  readonly href: (row: Row) => string;
  readonly choice?: RowChoice;
  /** What stands in place of the rows when there are none. */
  readonly empty: ReactNode;
}

/** Shows the rows of a list. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { list, error, reload, lookFurther } = props.source;
  if (list.next === undefined) {
    return error === null ? (
      <SkeletonRows rows={12} />
    ) : (
      <ProblemNote error={error} onRetry={reload} />
    );
  }
  if (rowCount(list) === 0 && list.next === null) return props.empty;
  return (
    <>
      <Rows {...props} />
      {error !== null && <ProblemNote error={error} onRetry={lookFurther} />}
    </>
  );
}

/** The table itself, once there is something in it to measure and to focus. */
function Rows<Row>(props: DataTableProps<Row>) {
  const { label, source, columns, rowKey, choice } = props;
  const { list, isLoading, isOld } = source;
  const count = rowCount(list);
  const table = useRef<HTMLTableElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const { items, before, after, scrollTo } = useVirtualRows(table, count, source);
  useRowFocus(body, count, scrollTo, props);
  return (
    <table
      ref={table}
      className={styles.table}
      aria-label={label}
      aria-rowcount={list.next === null ? count + 1 : -1}
      aria-busy={isLoading}
      inert={isOld}
    >
      <TableHead columns={columns} choice={choice} />
      <tbody ref={body}>
        {before > 0 && <Spacer height={before} />}
        {items.map(({ index }) => {
          const row = rowAt(list, index);
          const key = row === undefined ? `empty ${index}` : rowKey(row);
          return <DataRow key={key} index={index} row={row} rowId={key} table={props} />;
        })}
        {after > 0 && <Spacer height={after} />}
      </tbody>
    </table>
  );
}

function TableHead<Row>({
  columns,
  choice,
}: {
  readonly columns: readonly DataColumn<Row>[];
  readonly choice: RowChoice | undefined;
}) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {choice !== undefined && (
          <th className={styles.check} scope="col">
            <input
              type="checkbox"
              aria-label="Choose all rows read so far"
              checked={choice.isAll}
              onChange={(event) => choice.setAll(event.target.checked)}
            />
          </th>
        )}
        {columns.map(({ key, title, width, align }) => (
          <th key={key} scope="col" data-align={align} style={width === undefined ? {} : { width }}>
            {title}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** Stands for the rows that are not drawn. */
function Spacer({ height }: { readonly height: number }) {
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row without a tabindex takes no focus
  return <tr aria-hidden="true" style={{ height }} className={styles.spacer} />;
}
