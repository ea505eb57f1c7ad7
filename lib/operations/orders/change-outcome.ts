/** Describes the outcome of a change by its result, whichever operation it was. Pure. */

/** The outcome of a change, for the log. */
export interface ChangeOutcome {
  /** One short text; null when there is nothing to say. */
  readonly outcome: string | null;
  readonly done: number;
  readonly refused: number;
}

/** The numbers in results that count changed things. */
const countedKeys = ['redriven', 'deleted', 'cancelled'] as const;

/** Returns the outcome of a change with this result. */
export function toChangeOutcome(result: unknown): ChangeOutcome {
  if (Array.isArray(result)) return countOutcomes(result);
  if (typeof result !== 'object' || result === null) return nothing;
  const found = new Map(Object.entries(result));
  const tasks = found.get('tasks');
  if (Array.isArray(tasks)) return countOutcomes(tasks);
  const counts = countedKeys.flatMap((key) => {
    const count: unknown = found.get(key);
    return typeof count === 'number' ? [{ key, count }] : [];
  });
  if (counts.length > 0) {
    const outcome = counts.map(({ key, count }) => `${key} ${count}`).join(', ');
    return { outcome, done: counts.reduce((sum, { count }) => sum + count, 0), refused: 0 };
  }
  if (found.get('created') === false) return { outcome: 'existed already', done: 0, refused: 0 };
  const text = [found.get('outcome'), found.get('status')].find((each) => typeof each === 'string');
  return { outcome: text ?? null, done: 1, refused: 0 };
}

const nothing: ChangeOutcome = Object.freeze({ outcome: null, done: 1, refused: 0 });

/** Counts the outcomes of commands on several tasks. */
function countOutcomes(outcomes: readonly unknown[]): ChangeOutcome {
  const done = outcomes.filter((each) => isRecord(each) && each.done === true).length;
  return { outcome: null, done, refused: outcomes.length - done };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
