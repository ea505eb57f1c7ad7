/** Sums the figures of checkpoints into the lists that a statement adds. */
import { mergeCounts, type StateCounts } from '../../../engine/figures/state-counts.ts';
import type { Checkpoint } from '../../../ports/store/checkpoint-store.ts';
import type { FigureScope, ProcessSums } from '../../../ports/store/figures/step-figures.ts';
import { toStorableText } from '../../shared/storable.ts';

interface StateRow {
  readonly scope: string;
  readonly state: string;
  readonly current: number;
  readonly entered: number;
  readonly failed: number;
  readonly caught: number;
  readonly retried: number;
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
  const byScope = new Map<FigureScope, StateCounts>();
  for (const { figures } of checkpoints) {
    if (figures === undefined) continue;
    const counts = byScope.get(figures.scope);
    if (counts !== undefined) mergeCounts(counts, figures.states);
    else {
      const first: StateCounts = new Map();
      mergeCounts(first, figures.states);
      byScope.set(figures.scope, first);
    }
  }
  const rows: StateRow[] = [];
  for (const [scope, counts] of byScope) {
    for (const [state, count] of toStorableCounts(counts)) {
      const { current, entered, failed, caught, retried } = count;
      if (current === 0 && entered + failed + caught + retried === 0) continue;
      rows.push({ scope: toStorableText(scope), state, ...count });
    }
  }
  return sortedRows(
    rows,
    ({ scope }) => scope,
    ({ state }) => state,
  );
}

/** Two names can become one: they must not be two rows of a statement. */
function toStorableCounts(counts: StateCounts): StateCounts {
  const storable: StateCounts = new Map();
  for (const [state, count] of counts) {
    mergeCounts(storable, new Map([[toStorableText(state), count]]));
  }
  return storable;
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
