/**
 * What Lambda's SQS mapping makes of a function's answer: which messages are deleted, and which
 * come again. The rules are AWS's own, and one of them loses messages: an answer without the right
 * key counts as a success of all. Such an answer is told as a defect.
 */
import { isObject, type Json } from '../../lib/asl/json/json.ts';
import type { InvocationOutcome } from '../runtime/invocation.ts';

/** What becomes of a batch. */
export interface BatchVerdict {
  /** Ids of the messages that are deleted. */
  readonly done: readonly string[];
  /** Ids of those that become visible again when their time is over. */
  readonly failed: readonly string[];
  /** What is wrong with the answer; null when nothing is. */
  readonly defect: string | null;
}

/**
 * Judges an answer.
 * @param ids the messages of the batch
 * @param reports whether the mapping has ReportBatchItemFailures
 */
export function judgeBatch(
  ids: readonly string[],
  outcome: InvocationOutcome,
  reports: boolean,
): BatchVerdict {
  if (outcome.kind !== 'answered') return { done: [], failed: ids, defect: null };
  if (!reports) return judgeUnreported(ids, outcome.payload);
  const answer: Json = JSON.parse(outcome.payload);
  if (answer === null) return { done: ids, failed: [], defect: null };
  if (!isObject(answer)) return allFailed(ids, 'the answer is no object');
  if (Object.keys(answer).length === 0) return { done: ids, failed: [], defect: null };
  if (!Object.hasOwn(answer, 'batchItemFailures')) {
    const keys = Object.keys(answer).join(', ');
    const defect = `the answer has ${keys} and no batchItemFailures: AWS takes all for done`;
    return { done: ids, failed: [], defect };
  }
  return judgeFailures(ids, answer.batchItemFailures ?? null);
}

function judgeFailures(ids: readonly string[], failures: Json): BatchVerdict {
  if (failures === null) return { done: ids, failed: [], defect: null };
  if (!Array.isArray(failures)) return allFailed(ids, 'batchItemFailures is no array');
  const failed = new Set<string>();
  for (const failure of failures) {
    const id = isObject(failure) ? failure.itemIdentifier : undefined;
    if (typeof id !== 'string' || id === '') return allFailed(ids, 'an itemIdentifier is missing');
    if (!ids.includes(id)) return allFailed(ids, `no message of the batch has the id '${id}'`);
    failed.add(id);
  }
  return { done: ids.filter((id) => !failed.has(id)), failed: [...failed], defect: null };
}

/** Without the mapping's consent an answer says nothing: failures in it are lost messages. */
function judgeUnreported(ids: readonly string[], payload: string): BatchVerdict {
  const answer: Json = JSON.parse(payload);
  const ignored = isObject(answer) && Array.isArray(answer.batchItemFailures);
  const defect = ignored
    ? 'the answer has batchItemFailures, and the mapping no ReportBatchItemFailures: ' +
      'AWS deletes what failed with the rest'
    : null;
  return { done: ids, failed: [], defect };
}

function allFailed(ids: readonly string[], defect: string): BatchVerdict {
  return { done: [], failed: ids, defect };
}
