/** The foot of a long list: how many rows it has, how far back it has looked, how to go on. */
import { RefreshCw } from 'lucide-react';
import { formatCount, formatThings } from '../../text/format-number.ts';
import { Button } from '../button.tsx';
import { Time } from '../time.tsx';
import styles from './list-foot.module.css';
import { rowCount } from './list-pages.ts';
import type { ListSource } from './use-list-pages.ts';

/** Says how much of the list is known. */
export function ListFoot<Row>({
  source: { list, isLoading, isResting, lookFurther, reload },
  thing,
  things = `${thing}s`,
}: {
  readonly source: ListSource<Row>;
  /** What a row is. */
  readonly thing: string;
  /** @default the thing with an s */
  readonly things?: string;
}) {
  if (list.next === undefined) return null;
  const count = rowCount(list);
  const { lookedAt } = list;
  return (
    <footer className={styles.foot}>
      <span role="status">
        {list.next === null
          ? formatThings(count, thing, things)
          : `${formatCount(count)}+ ${things}`}
        {lookedAt !== null && !lookedAt.isAll && list.next !== null && (
          <>
            {' · looked at '}
            {formatCount(lookedAt.rows)}, back to <Time at={lookedAt.backTo} form="clock" />
          </>
        )}
        {list.next === null && count > 0 && ' · that is all'}
      </span>
      {list.next !== null && (
        <Button onClick={lookFurther} busy={isLoading} kind={isResting ? 'primary' : 'plain'}>
          Look further
        </Button>
      )}
      <Button kind="quiet" icon={RefreshCw} onClick={reload}>
        Refresh
      </Button>
    </footer>
  );
}
