/**
 * Answers CloudFormation for a custom resource: one PUT to the address that its request brings. A
 * request that is not answered holds its stack for an hour, so an answer is sent twice if need be.
 */
import type {
  CloudFormationCustomResourceEvent,
  CloudFormationCustomResourceResponse,
} from 'aws-lambda';
import { MillraceError, messageOf } from '../errors.ts';

/** What became of a request: null when it was carried out, else why not. */
export type ResourceOutcome = string | null;

/** CloudFormation takes 4,096 bytes of answer; the rest of it are names. */
const reasonCharactersMax = 1_000;

/** Time for one try, in milliseconds. */
const answerTimeoutMs = 5_000;

/**
 * Sends the answer; the resource keeps the name that it has, so that no update replaces it. Throws
 * what the second try came to.
 */
export async function answerResource(
  event: CloudFormationCustomResourceEvent,
  outcome: ResourceOutcome,
): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const PhysicalResourceId =
    'PhysicalResourceId' in event ? event.PhysicalResourceId : LogicalResourceId;
  const names = { StackId, RequestId, LogicalResourceId, PhysicalResourceId };
  const response: CloudFormationCustomResourceResponse =
    outcome === null
      ? { Status: 'SUCCESS', ...names }
      : { Status: 'FAILED', Reason: outcome.slice(0, reasonCharactersMax), ...names };
  const body = JSON.stringify(response);
  await put(event.ResponseURL, body).catch(() => put(event.ResponseURL, body));
}

/** Without a content type: the address is signed for none. */
async function put(url: string, body: string): Promise<void> {
  const { ok, status } = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': '' },
    body,
    signal: AbortSignal.timeout(answerTimeoutMs),
  }).catch((error: unknown) => ({ ok: false, status: messageOf(error) }));
  if (ok) return;
  throw new MillraceError(
    'FILE_NOT_WRITABLE',
    `CloudFormation did not take the answer (${status}): its stack waits until it gives up; ` +
      'cancel the update, and deploy again',
    { retryable: true },
  );
}
