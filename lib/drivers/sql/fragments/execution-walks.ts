/**
 * The rows that lists of executions walk through, in the order in which they are shown. Each walk
 * reads an index from one end, so that a page costs what it looks at and not what the table has.
 */

import { rootMark, rootStateCharsMax } from '../../../engine/snapshot.ts';
import type { ExecutionStatus } from '../../../engine/status.ts';
import { failedStatuses } from '../../shared/execution-filter.ts';
import { field } from './common-fragments.ts';
import { failedAs } from './conditions.ts';
import { distinctValues } from './distinct-values.ts';

/** The columns of an execution `e` that lists show and filters read. */
const rowColumns = `e.id, e.machine_id, e.machine_version, e.name, e.status, e.queue, e.batch_id,
    e.batch_index, e.attempts, e.stalls, e.error, e.cause, e.created_at, e.started_at, e.ended_at,
    e.due_at, e.failed_state, e.labels`;

/** What a walk is made from. */
export interface WalkShape {
  /** Whether rows have their documents, too. */
  readonly withDocuments: boolean;
  /** Whether rows have the beginning of their snapshot, which names the state that they are in. */
  readonly withState: boolean;
  /** Whether the page continues after another. */
  readonly isContinued: boolean;
  /** Maximum number of rows. */
  readonly rowsMax: number;
}

/** Rows to walk through. */
export interface Walk {
  /** Common table expressions, each with a comma after it. They need WITH RECURSIVE. */
  readonly tables: string;
  readonly select: string;
  /** The order of the rows, without the alias of their table. */
  readonly order: readonly string[];
}

/**
 * What follows the mark of the root in a snapshot, as far as the name of its state. Only the
 * beginning of a long snapshot is read.
 */
const rootText = `split_part(substr(e.snapshot, 1, ${rootStateCharsMax}), '${rootMark}', 2)`;

const byId = ['id'];
const byIndex = ['batch_index'];

/**
 * A set of at most this many rows is read as a whole and sorted; a larger one is searched for among
 * the newest rows, where it is not rare.
 */
const fewMax = 10_000;

/** All executions, newest first: ids are UUIDs of version 7, which sort by time of creation. */
export function walkAll(shape: WalkShape): Walk {
  const select = selectFrom(shape, 'true', 'ORDER BY e.id DESC');
  return { tables: '', select, order: byId };
}

/**
 * The executions of a batch, by their index, the last first. An index is unique in its batch: with
 * the id as a second key, the rows would have to be sorted.
 */
export function walkBatch(shape: WalkShape): Walk {
  const { rowsMax, isContinued } = shape;
  const after = isContinued ? `AND e.batch_index < ${field('afterAt', 'integer')}` : '';
  const select = `SELECT ${columnsOf(shape)} FROM millrace.executions e
    WHERE e.batch_id = ${field('batchId')} ${after}
    ORDER BY e.batch_index DESC LIMIT ${rowsMax}`;
  return { tables: '', select, order: byIndex };
}

/**
 * The executions with a label, newest first. The order is that of the labels' own key, so that no
 * more of them are read than are looked at.
 */
export function walkLabel(shape: WalkShape): Walk {
  const { rowsMax, isContinued } = shape;
  const after = isContinued ? `AND l.execution_id < ${field('afterId', 'uuid')}` : '';
  const select = `SELECT ${columnsOf(shape)} FROM millrace.execution_labels l
    JOIN millrace.executions e ON e.id = l.execution_id
    WHERE l.key = ${field('labelKey')} AND l.value = ${field('labelValue')} ${after}
    ORDER BY l.execution_id DESC LIMIT ${rowsMax}`;
  return { tables: '', select, order: byId };
}

/** The failed executions of a batch, newest first. */
export function walkFailedOfBatch(shape: WalkShape): Walk {
  const where = `e.batch_id = ${field('batchId')} AND e.failed_as IS NOT NULL`;
  return { tables: '', select: selectFrom(shape, where, 'ORDER BY e.id DESC'), order: byId };
}

/** The executions that ended in these statuses, newest first: one range of an index a status. */
export function walkFailed(shape: WalkShape, statuses: readonly ExecutionStatus[]): Walk {
  const parts = statuses.map((status) => selectFrom(shape, failedAs(status), 'ORDER BY e.id DESC'));
  return { tables: '', select: merge(parts, shape.rowsMax), order: byId };
}

/** The executions with an error, newest first. */
export function walkError(shape: WalkShape): Walk {
  const select = selectFrom(shape, `e.error = ${field('error')}`, 'ORDER BY e.id DESC');
  return { tables: '', select, order: byId };
}

/** Executions that have not ended: those held, sent, sleeping and never sent; disjoint. */
const openPlaces = [
  { where: 'e.worker_id IS NOT NULL', order: 'e.queue, e.worker_id' },
  { where: 'e.sent_at IS NOT NULL', order: 'e.queue, e.sent_at' },
  { where: 'e.due_at IS NOT NULL AND e.sent_at IS NULL', order: 'e.due_at' },
  {
    where: 'e.sent_at IS NULL AND e.due_at IS NULL AND e.worker_id IS NULL AND e.ended_at IS NULL',
    order: 'e.created_at',
  },
] as const;

/** Open executions, and those that ended in the failed ones among `statuses`, newest first. */
export function walkOpen(shape: WalkShape, statuses: readonly ExecutionStatus[]): Walk {
  const few = openPlaces.map(
    ({ where, order }) =>
      `(SELECT 1 FROM millrace.executions e WHERE ${where} ORDER BY ${order} LIMIT ${fewMax + 1})`,
  );
  const rows = openPlaces.map(
    ({ where, order }) => `(SELECT ${columnsOf(shape)} FROM millrace.executions e
    WHERE (SELECT yes FROM few) AND ${where} ORDER BY ${order})`,
  );
  const failed = failedStatuses
    .filter((status) => statuses.includes(status))
    .map((status) =>
      selectFrom(shape, `(SELECT yes FROM few) AND ${failedAs(status)}`, 'ORDER BY e.id DESC'),
    );
  return walkFew(shape, {
    tables: '',
    count: few.join('\n  UNION ALL\n  '),
    rows: rows.join('\n  UNION ALL\n  '),
    more: failed,
  });
}

/**
 * The executions of one machine, or of each, whose names are in a range, newest first.
 * @param names `all`, those between `namePrefix` and `nameEnd`, or the `name`
 */
export function walkNames(
  shape: WalkShape,
  machine: 'one' | 'each',
  names: 'all' | 'range' | 'openRange' | 'one',
): Walk {
  const machineId = machine === 'one' ? field('machineId') : 'm.value';
  const where = `e.machine_id = ${machineId} AND ${nameConditions[names]}`;
  const perMachine = (select: string) =>
    machine === 'one'
      ? select
      : `SELECT r.* FROM machine_ids m CROSS JOIN LATERAL (${select}) r WHERE m.value IS NOT NULL`;
  return walkFew(shape, {
    tables: machine === 'one' ? '' : `${distinctValues('machine_ids', machineIds)},\n`,
    count: perMachine(
      `SELECT 1 FROM millrace.executions e WHERE ${where} ORDER BY e.name LIMIT ${fewMax + 1}`,
    ),
    rows: perMachine(
      `SELECT ${columnsOf(shape)} FROM millrace.executions e
    WHERE (SELECT yes FROM few) AND ${where} ORDER BY e.name LIMIT ${fewMax + 1}`,
    ),
    more: [],
  });
}

/** The machines that have executions: jumps through the index over their names. */
export const machineIds = {
  from: 'millrace.executions e',
  column: 'e.machine_id',
  where: 'true',
} as const;

const nameConditions = {
  all: 'true',
  range: `e.name >= ${field('namePrefix')} AND e.name < ${field('nameEnd')}`,
  openRange: `e.name >= ${field('namePrefix')}`,
  one: `e.name = ${field('name')}`,
} as const;

/** A set of rows that may be small. */
interface FewRows {
  readonly tables: string;
  /** Selects a row for each row of the set, from indexes alone. */
  readonly count: string;
  /** Selects the set, when it is small. */
  readonly rows: string;
  /** Other rows that belong to the walk then, each part in its order. */
  readonly more: readonly string[];
}

/** A small set, newest first, or all executions where the set is not small. */
function walkFew(shape: WalkShape, { tables, count, rows, more }: FewRows): Walk {
  const after = shape.isContinued ? `WHERE e.id < ${field('afterId', 'uuid')}` : '';
  const parts = [
    `(SELECT * FROM few_rows e ${after} ORDER BY e.id DESC)`,
    ...more,
    selectFrom(shape, 'NOT (SELECT yes FROM few)', 'ORDER BY e.id DESC'),
  ];
  return {
    tables: `${tables}few (yes) AS MATERIALIZED (
  SELECT count(*) <= ${fewMax} FROM (SELECT 1 FROM (${count}) c LIMIT ${fewMax + 1}) r
),
few_rows AS MATERIALIZED (${rows}),
`,
    select: merge(parts, shape.rowsMax),
    order: byId,
  };
}

function selectFrom(shape: WalkShape, where: string, order: string): string {
  const after = shape.isContinued ? `AND e.id < ${field('afterId', 'uuid')}` : '';
  return `(SELECT ${columnsOf(shape)} FROM millrace.executions e
    WHERE ${where} ${after} ${order} LIMIT ${shape.rowsMax})`;
}

/** Merges parts that are ordered by id, the newest first. */
function merge(parts: readonly string[], rowsMax: number): string {
  if (parts.length === 1) return parts.join('');
  return `(SELECT * FROM (${parts.join('\n    UNION ALL\n    ')}) u ORDER BY u.id DESC LIMIT ${rowsMax})`;
}

function columnsOf({ withDocuments, withState }: WalkShape): string {
  const documents = withDocuments ? ', e.input, e.output' : '';
  return `${rowColumns}${documents}${withState ? `, ${rootText} AS root_text` : ''}`;
}
