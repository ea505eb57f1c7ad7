import { isObject, type Json } from '../../lib/asl/json/json.ts';
import type { InvocationOutcome } from '../runtime/invocation.ts';

/** What Lambda does with the messages of a batch. */
export interface BatchDelivery {
  /** Ids of the messages that Lambda deletes. */
  readonly done: readonly string[];
  /** Ids of the messages that become visible again after their visibility timeout. */
  readonly failed: readonly string[];
  /** What is wrong with the response; null when nothing is. */
  readonly problem: string | null;
}

/**
 * Evaluates the response of a function to a batch as Lambda's SQS mapping does. One of its rules
 * loses messages and is reported as a problem: a response without the expected key counts as a
 * success of all.
 * @param ids the messages of the batch
 * @param reports whether the mapping has ReportBatchItemFailures
 */
export function evaluateBatchResponse(
  ids: readonly string[],
  outcome: InvocationOutcome,
  reports: boolean,
): BatchDelivery {
  if (outcome.kind !== 'answered') return { done: [], failed: ids, problem: null };
  if (!reports) return evaluateUnreported(ids, outcome.payload);
  const response: Json = JSON.parse(outcome.payload);
  if (response === null) return { done: ids, failed: [], problem: null };
  if (!isObject(response)) return failAll(ids, 'the response is not an object');
  if (Object.keys(response).length === 0) return { done: ids, failed: [], problem: null };
  if (!Object.hasOwn(response, 'batchItemFailures')) {
    const keys = Object.keys(response).join(', ');
    const problem = `the response has ${keys} and no batchItemFailures: AWS deletes all messages`;
    return { done: ids, failed: [], problem };
  }
  return evaluateFailures(ids, response.batchItemFailures ?? null);
}

function evaluateFailures(ids: readonly string[], failures: Json): BatchDelivery {
  if (failures === null) return { done: ids, failed: [], problem: null };
  if (!Array.isArray(failures)) return failAll(ids, 'batchItemFailures is not an array');
  const failed = new Set<string>();
  for (const failure of failures) {
    const id = isObject(failure) ? failure.itemIdentifier : undefined;
    if (typeof id !== 'string' || id === '') return failAll(ids, 'an itemIdentifier is missing');
    if (!ids.includes(id)) return failAll(ids, `no message of the batch has the id '${id}'`);
    failed.add(id);
  }
  return { done: ids.filter((id) => !failed.has(id)), failed: [...failed], problem: null };
}

/** Without ReportBatchItemFailures, AWS ignores the response: reported failures are lost. */
function evaluateUnreported(ids: readonly string[], payload: string): BatchDelivery {
  const response: Json = JSON.parse(payload);
  const ignored = isObject(response) && Array.isArray(response.batchItemFailures);
  const problem = ignored
    ? 'the response has batchItemFailures, but the mapping has no ReportBatchItemFailures: ' +
      'AWS deletes the failed messages, too'
    : null;
  return { done: ids, failed: [], problem };
}

function failAll(ids: readonly string[], problem: string): BatchDelivery {
  return { done: [], failed: ids, problem };
}
