/** Sums the figures of checkpoints into the lists that a statement adds. */
import { addCount, type StateCount } from '../../../engine/figures/state-counts.ts';
import type { Checkpoint } from '../../../ports/store/checkpoint-store.ts';
import type { FigureScope, ProcessSums } from '../../../ports/store/figures/step-figures.ts';
import { toStorableText } from '../../shared/storable.ts';

interface StateRow extends Readonly<StateCount> {
  readonly scope: FigureScope;
}

interface FailureSum {
  readonly scope: string;
  readonly error: string;
  readonly state: string;
  count: number;
  sample: string;
}

/** The lists of one statement; those that are absent are empty. */
export interface FigureDocument {
  readonly figures: readonly StateRow[];
  readonly failures?: readonly FailureSum[];
  readonly series?: ProcessSums['series'];
  readonly times?: ProcessSums['times'];
}

/** Returns the figures of the checkpoints and the sums; null when there is nothing to add. */
export function toFigureDocument(
  checkpoints: readonly Checkpoint[],
  sums: ProcessSums | null,
): FigureDocument | null {
  const figures = sumStates(checkpoints);
  const failures = sumFailures(checkpoints);
  const rare = {
    ...(failures.length > 0 && { failures }),
    ...(sums !== null && { series: toSeries(sums), times: toTimes(sums) }),
  };
  return figures.length === 0 && Object.keys(rare).length === 0 ? null : { figures, ...rare };
}

/** Whether the document has more than state counts. */
export function hasRareFigures({ failures, series }: FigureDocument): boolean {
  return failures !== undefined || series !== undefined;
}

/** Sums the counts by scope and state. Rows that change nothing are left out. */
function sumStates(checkpoints: readonly Checkpoint[]): StateRow[] {
  const byScope = new Map<FigureScope, Map<string, StateCount>>();
  for (const { figures } of checkpoints) {
    if (figures === undefined) continue;
    let counts = byScope.get(figures.scope);
    if (counts === undefined) {
      counts = new Map();
      byScope.set(figures.scope, counts);
    }
    for (const more of figures.states) {
      const count = counts.get(more.state);
      if (count === undefined) counts.set(more.state, { ...more });
      else addCount(count, more);
    }
  }
  const rows = [...byScope].flatMap(([scope, counts]) =>
    toStorableCounts(counts.values())
      .filter(changesSomething)
      .map((count) => ({ ...count, scope: toStorableText(scope) })),
  );
  return sortedRows(
    rows,
    ({ scope }) => scope,
    ({ state }) => state,
  );
}

function changesSomething({ current, entered, failed, caught, retried }: StateCount): boolean {
  return current !== 0 || entered + failed + caught + retried > 0;
}

/** Two names can become one: they must not be two rows of a statement. */
function toStorableCounts(counts: Iterable<StateCount>): StateCount[] {
  const storable = new Map<string, StateCount>();
  for (const count of counts) {
    const state = toStorableText(count.state);
    const known = storable.get(state);
    if (known === undefined) storable.set(state, { ...count, state });
    else addCount(known, count);
  }
  return [...storable.values()];
}

function sumFailures(checkpoints: readonly Checkpoint[]): FailureSum[] {
  const sums = new Map<string, FailureSum>();
  for (const { executionId, figures } of checkpoints) {
    if (figures === undefined || figures.failure === null) continue;
    const scope = toStorableText(figures.scope);
    const error = toStorableText(figures.failure.error);
    const state = toStorableText(figures.failure.state);
    const key = JSON.stringify([scope, error, state]);
    const sum = sums.get(key) ?? { scope, error, state, count: 0, sample: executionId };
    sum.count += 1;
    sum.sample = executionId;
    sums.set(key, sum);
  }
  const rows = sortedRows(
    [...sums.values()],
    ({ error }) => error,
    ({ state }) => state,
  );
  return rows.sort((a, b) => compare(a.scope, b.scope));
}

function toSeries({ series }: ProcessSums): ProcessSums['series'] {
  const rows = series.map((sum) => ({ ...sum, key: toStorableText(sum.key) }));
  const distinct = new Map(rows.map((row) => [`${row.kind} ${row.at} ${row.key}`, row]));
  const byKey = sortedRows(
    [...distinct.values()],
    ({ kind }) => kind,
    ({ key }) => key,
  );
  return byKey.sort((a, b) => a.at - b.at);
}

function toTimes({ times }: ProcessSums): ProcessSums['times'] {
  const rows = times.map(({ scope, state, took }) => {
    return { scope: toStorableText(scope), state: toStorableText(state), took };
  });
  const distinct = new Map(rows.map((row) => [JSON.stringify([row.scope, row.state]), row]));
  return sortedRows(
    [...distinct.values()],
    ({ scope }) => scope,
    ({ state }) => state,
  );
}

function sortedRows<Row>(
  rows: Row[],
  first: (row: Row) => string,
  second: (row: Row) => string,
): Row[] {
  return rows.sort((a, b) => compare(first(a), first(b)) || compare(second(a), second(b)));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
