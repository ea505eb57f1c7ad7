/** Responds to CloudFormation's requests about a custom resource. */
import type {
  CloudFormationCustomResourceEvent,
  CloudFormationCustomResourceResponse,
} from 'aws-lambda';
import { MillraceError, messageOf } from '../errors.ts';

/** Why a request failed; null when it succeeded. */
export type ResourceFailure = string | null;

/** Maximum length of a reason: CloudFormation accepts responses of 4,096 bytes, names included. */
const reasonCharactersMax = 1_000;

/** Timeout of one attempt, in milliseconds. */
const attemptTimeoutMs = 5_000;

/**
 * Sends the response by a PUT to the URL in the request. An unanswered request blocks its stack for
 * an hour, so a failed attempt is repeated once; the second failure is thrown. The resource keeps
 * its physical id, so that no update replaces it.
 */
export async function sendResourceResponse(
  event: CloudFormationCustomResourceEvent,
  failure: ResourceFailure,
): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const PhysicalResourceId =
    'PhysicalResourceId' in event ? event.PhysicalResourceId : LogicalResourceId;
  const names = { StackId, RequestId, LogicalResourceId, PhysicalResourceId };
  const response: CloudFormationCustomResourceResponse =
    failure === null
      ? { Status: 'SUCCESS', ...names }
      : { Status: 'FAILED', Reason: failure.slice(0, reasonCharactersMax), ...names };
  const body = JSON.stringify(response);
  await put(event.ResponseURL, body).catch(() => put(event.ResponseURL, body));
}

/** The URL is signed for a request without a content type. */
async function put(url: string, body: string): Promise<void> {
  const { ok, status } = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': '' },
    body,
    signal: AbortSignal.timeout(attemptTimeoutMs),
  }).catch((error: unknown) => ({ ok: false, status: messageOf(error) }));
  if (ok) return;
  throw new MillraceError(
    'FILE_NOT_WRITABLE',
    `CloudFormation did not accept the response (${status}), and the stack waits for it until it ` +
      'times out: cancel the update, and deploy again',
    { retryable: true },
  );
}
