import type { ExecutionStatus } from '../../../../engine/status.ts';
import type { ExecutionWalk } from '../../../shared/execution-filter.ts';
import { document as given, summaryColumns } from '../../fragments/common-fragments.ts';
import {
  executionConditions,
  isInStatuses,
  joinConditions,
  nameStatement,
  nameStatuses,
  once,
} from '../../fragments/conditions.ts';
import {
  type Walk,
  type WalkShape,
  walkAll,
  walkBatch,
  walkError,
  walkFailed,
  walkFailedOfBatch,
  walkLabel,
  walkNames,
  walkOpen,
} from '../../fragments/execution-walks.ts';
import { roundShown } from '../../fragments/shown-sizes.ts';
import { isArchived } from '../../fragments/task-states.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/** A list of executions. */
export interface ExecutionList {
  readonly walk: ExecutionWalk;
  /** Null for any. */
  readonly statuses: readonly ExecutionStatus[] | null;
  /** The document of the statement. */
  readonly document: Readonly<Record<string, unknown>>;
  /** Maximum number of rows that it looks at; a whole number. */
  readonly rowsMax: number;
  /** Maximum number of rows that it returns, at least. */
  readonly shownMax: number;
}

const conditions = {
  ...executionConditions,
  currentState: `starts_with(e.root_text, ${once('currentState')})`,
  archived: isArchived,
  unarchived: `NOT (${isArchived})`,
  text: `(position(${once('text')} IN e.input) > 0 OR position(${once('text')} IN e.output) > 0)`,
};

/** What a statement's name depends on besides its conditions. */
const continued = { ...conditions, afterId: '', nameEnd: '' };

/**
 * Lists executions: walks through rows in the order of an index, and shows those that match all
 * conditions. It stops when the page is full, or when it has looked at `rowsMax` rows. The last row
 * that it looks at is always among its rows, to show how far back it has looked.
 *
 * Rows are looked at by their keys and whether they match, which is all that is kept of them; only
 * those that are shown are read again, by their id. Wide rows made that twice as slow.
 *
 * Every query in it has a limit of its own, even where that changes nothing: the planner then
 * prefers plans that return their first rows early, and reads an index instead of sorting.
 */
export function selectExecutions(list: ExecutionList): Statement {
  const { document, statuses, rowsMax, shownMax } = list;
  const shown = roundShown(shownMax);
  const shape = {
    withDocuments: isGiven(document.text),
    withState: isGiven(document.currentState),
    isContinued: isGiven(document.afterId),
    rowsMax,
  };
  const { tables, select, order } = createWalk(list, shape);
  const matches = `${joinConditions(conditions, document)} AND ${isInStatuses(statuses)}`;
  const orderOf = (alias: string) => order.map((name) => `${alias}.${name} DESC`).join(', ');
  const documents = shape.withDocuments ? ', e.input AS "input", e.output AS "output"' : '';
  const name = nameStatement(`select_executions_${list.walk}`, continued, document);
  return {
    name: `${name}_${nameStatuses(statuses)}_${rowsMax}_${shown}`,
    timeoutFactor: scanTimeoutFactor,
    text: `WITH RECURSIVE ${tables}looked AS (
  SELECT r.*, row_number() OVER w AS rows, lead(r.id) OVER w IS NULL AS is_last
  FROM (SELECT ${['id', ...order.filter((key) => key !== 'id')].map((key) => `e.${key}`).join(', ')},
    coalesce(${matches}, false) AS is_match FROM (${select}) e) r
  WINDOW w AS (ORDER BY ${orderOf('r')}) ORDER BY ${orderOf('r')} LIMIT ${rowsMax}
)
SELECT ${summaryColumns}${documents}, CAST(s.rows AS float8) AS "rows",
  s.is_match AS "isMatch", s.is_last AS "isLast"
FROM (SELECT l.id, l.rows, l.is_match, l.is_last FROM looked l
  WHERE ${given} IS NOT NULL AND (l.is_match OR l.is_last)
  ORDER BY ${orderOf('l')} LIMIT ${shown}) s
JOIN millrace.executions e ON e.id = s.id
ORDER BY s.rows LIMIT ${shown}`,
  };
}

function createWalk({ walk, statuses, document }: ExecutionList, shape: WalkShape): Walk {
  switch (walk) {
    case 'label':
      return walkLabel(shape);
    case 'batch':
      return walkBatch(shape);
    case 'batchFailed':
      return walkFailedOfBatch(shape);
    case 'error':
      return walkError(shape);
    case 'failed':
      return walkFailed(shape, statuses ?? []);
    case 'open':
      return walkOpen(shape, statuses ?? []);
    default:
      return walkByNames(document, shape) ?? walkAll(shape);
  }
}

/** Returns the walk through names when the filter has a name, its beginning, or a machine. */
function walkByNames(document: ExecutionList['document'], shape: WalkShape): Walk | null {
  const machine = isGiven(document.machineId) ? 'one' : 'each';
  if (isGiven(document.name)) return walkNames(shape, machine, 'one');
  if (isGiven(document.namePrefix)) {
    return walkNames(shape, machine, isGiven(document.nameEnd) ? 'range' : 'openRange');
  }
  return machine === 'one' ? walkNames(shape, machine, 'all') : null;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
