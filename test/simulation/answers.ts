/**
 * The answers of the handlers in a simulation. An answer depends only on the item, the state and
 * the retry count, never on time or crashes, so that a run without faults predicts the result of
 * every other run.
 */
import type { Json } from '../../lib/asl/json/json.ts';
import { ownHandler } from './program-versions.ts';

/** How an item behaves: which tasks fail for it, and how. */
export type ItemKind =
  /** All its tasks succeed. */
  | 'plain'
  /** `work` fails at first, and is retried by its state. */
  | 'transient'
  /** `flaky` fails at first, and only a redrive runs it again. */
  | 'flaky'
  /** `work` always fails, with an error that no retry fixes. */
  | 'permanent'
  /** `timed` never answers. */
  | 'hanging';

/** An item of a batch, or of a Map inside it. */
export type SimulatedItem = {
  readonly n: number;
  readonly kind: ItemKind;
  /** Number of calls that fail, for the kinds that fail at first. */
  readonly fails: number;
  readonly queue: string;
  /** Additional duration of `work`, in milliseconds. */
  readonly slowMs: number;
  readonly items: readonly SimulatedItem[];
};

/** The answer of a handler to one call. */
export type HandlerAnswer =
  | { readonly kind: 'result'; readonly result: Json }
  | { readonly kind: 'failure'; readonly error: string; readonly cause: string }
  | { readonly kind: 'silence' };

/** The part of a call that the answer depends on. */
export interface Call {
  readonly resource: string;
  readonly stateName: string;
  readonly parameters: Json;
  readonly retryCount: number;
}

/** The activity whose tasks external workers take. */
export const activity = Object.freeze({
  name: 'paint',
  arn: 'arn:aws:states:us-east-1:000000000000:activity:paint',
});

/** The resources of `work`, by the versions of the program. */
const workResources: ReadonlySet<string> = new Set(Object.values(ownHandler));

/** Error names that a redrive of the execution would not fix. */
export const nonRetryable: ReadonlySet<string> = new Set(['Permanent']);

/** Returns the answer to a call. */
export function answerTo({ resource, stateName, parameters, retryCount }: Call): HandlerAnswer {
  const { n, kind, fails } = parameters as SimulatedItem;
  const fail = (error: string) =>
    ({ kind: 'failure', error, cause: `as it is with ${kind} items` }) as const;
  if (resource === activity.arn) return { kind: 'result', result: { by: activity.name, n } };
  if (resource.startsWith('task:')) return taskAnswer(kind, { by: stateName, n }, fail);
  if (resource === 'timed' && kind === 'hanging') return { kind: 'silence' };
  if (resource === 'flaky' && kind === 'flaky' && retryCount < fails) return fail('Flaky');
  const isWork = workResources.has(resource);
  if (isWork && kind === 'permanent') return fail('Permanent');
  if (isWork && kind === 'transient' && retryCount < fails) return fail('Transient');
  return { kind: 'result', result: { by: stateName, n, retryCount } };
}

/** Each retry of a custom task is a new execution, so a task that fails at first always fails. */
function taskAnswer(
  kind: ItemKind,
  result: Json,
  fail: (error: string) => HandlerAnswer,
): HandlerAnswer {
  if (kind === 'hanging') return { kind: 'silence' };
  if (kind === 'permanent') return fail('Permanent');
  return kind === 'flaky' ? fail('Flaky') : { kind: 'result', result };
}
