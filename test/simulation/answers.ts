/**
 * What the handlers of a simulation answer. An answer follows from the item, the state and the
 * number of the try alone, never from time or crashes, so that a run without faults says what must
 * come out of every other run.
 */
import type { Json } from '../../lib/asl/json/json.ts';

/** How an item behaves: which tasks fail for it, and how. */
export type ItemKind =
  /** All its tasks succeed. */
  | 'plain'
  /** `work` fails at first, and is retried by its state. */
  | 'transient'
  /** `flaky` fails at first, and only a redrive runs it again. */
  | 'flaky'
  /** `work` fails, always, with an error that no retry mends. */
  | 'permanent'
  /** `timed` never answers. */
  | 'hanging';

/** An item of a batch, and of a Map inside it. */
export type SimulatedItem = {
  readonly n: number;
  readonly kind: ItemKind;
  /** Tries that fail, of what fails at first. */
  readonly fails: number;
  readonly queue: string;
  /** How long `work` takes for it, in milliseconds. */
  readonly slowMs: number;
  readonly items: readonly SimulatedItem[];
};

/** What a handler says to one call. */
export type HandlerAnswer =
  | { readonly kind: 'result'; readonly result: Json }
  | { readonly kind: 'failure'; readonly error: string; readonly cause: string }
  | { readonly kind: 'silence' };

/** One call, as far as the answer depends on it. */
export interface Call {
  readonly resource: string;
  readonly stateName: string;
  readonly parameters: Json;
  readonly attempt: number;
}

/** Error names that a second run of the execution would not mend. */
export const nonRetryable: ReadonlySet<string> = new Set(['Permanent']);

/** The answer to `call`. */
export function answerTo({ resource, stateName, parameters, attempt }: Call): HandlerAnswer {
  const { n, kind, fails } = parameters as SimulatedItem;
  const fail = (error: string) =>
    ({ kind: 'failure', error, cause: `as it is with ${kind} items` }) as const;
  if (resource.startsWith('task:')) return taskAnswer(kind, { by: stateName, n }, fail);
  if (resource === 'timed' && kind === 'hanging') return { kind: 'silence' };
  if (resource === 'flaky' && kind === 'flaky' && attempt < fails) return fail('Flaky');
  if (resource === 'work' && kind === 'permanent') return fail('Permanent');
  if (resource === 'work' && kind === 'transient' && attempt < fails) return fail('Transient');
  return { kind: 'result', result: { by: stateName, n, attempt } };
}

/** A custom task begins anew with each try, so what fails at first fails always. */
function taskAnswer(
  kind: ItemKind,
  result: Json,
  fail: (error: string) => HandlerAnswer,
): HandlerAnswer {
  if (kind === 'hanging') return { kind: 'silence' };
  if (kind === 'permanent') return fail('Permanent');
  return kind === 'flaky' ? fail('Flaky') : { kind: 'result', result };
}
