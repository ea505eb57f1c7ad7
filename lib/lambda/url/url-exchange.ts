/** Converts the events of a Function URL to requests, and responses to its results. */
import type {
  APIGatewayProxyStructuredResultV2,
  Context,
  LambdaFunctionURLEvent,
  LambdaFunctionURLEventWithIAMAuthorizer,
} from 'aws-lambda';
import { problemOf } from '../../api/problem.ts';
import { problemResponse } from '../../api/responses.ts';
import { systemClock } from '../../drivers/system/system-clock.ts';
import { MillraceError } from '../../errors.ts';

/** The event of a Function URL, with IAM authorization or, as in a rehearsal, without. */
export type UrlEvent = LambdaFunctionURLEvent | LambdaFunctionURLEventWithIAMAuthorizer;

/** The response to a Function URL. */
export type UrlResult = APIGatewayProxyStructuredResultV2;

/**
 * Maximum size of a reply, in bytes. Lambda accepts 6 MB, and escaping the JSON text of the reply
 * inside the JSON text of the response at most doubles it.
 */
export const replyBytesMax = 3_000_000;

/** Time before the function's timeout at which an operation is aborted, in milliseconds. */
const stopMs = 3_000;

/** Time before the function's timeout at which a response is sent in any case, in milliseconds. */
const respondMs = 1_000;

/** Returns the request of an event. Throws INVALID_ARGUMENT when it is no valid HTTP request. */
export function urlRequest(event: UrlEvent): Request {
  const { rawPath, body, isBase64Encoded, requestContext } = event;
  const { domainName, http } = requestContext;
  const hasBody = body !== undefined && http.method !== 'GET' && http.method !== 'HEAD';
  try {
    return new Request(`https://${domainName}${rawPath}${queryOf(event)}`, {
      method: http.method,
      headers: Object.entries(event.headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      ),
      ...(hasBody && { body: isBase64Encoded ? Buffer.from(body, 'base64') : body }),
    });
  } catch {
    const message =
      'expected an HTTP request with a standard method; found one that cannot be read';
    throw new MillraceError('INVALID_ARGUMENT', message);
  }
}

/** Returns the query of an event with its question mark; '' for none. */
export function queryOf({ rawQueryString }: UrlEvent): string {
  return rawQueryString === '' ? '' : `?${rawQueryString}`;
}

/** Returns the result of a text response. */
export async function urlResult(response: Response): Promise<UrlResult> {
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
    isBase64Encoded: false,
  };
}

/** Returns the result that reports an error. */
type Refuse = (error: MillraceError, requestId: string) => UrlResult | Promise<UrlResult>;

/** Returns the ARN of the user or role that signed a request; null without IAM authorization. */
export function findSigner({ requestContext }: UrlEvent): string | null {
  const authorizer = 'authorizer' in requestContext ? requestContext.authorizer : undefined;
  return authorizer?.iam?.userArn ?? null;
}

/**
 * Runs `respond` before the function times out: its signal aborts a while before, and a refusal is
 * returned if that does not end it.
 */
export async function respondInTime(
  { requestContext: { requestId } }: UrlEvent,
  lambda: Context,
  respond: (signal: AbortSignal) => Promise<UrlResult>,
  refuse: Refuse = (error, id) => urlResult(problemResponse(problemOf(error, id))),
): Promise<UrlResult> {
  const leftMs = lambda.getRemainingTimeInMillis();
  const operation = new AbortController();
  const cancelStop = systemClock.after(Math.max(0, leftMs - stopMs), () => operation.abort());
  let cancelLate = () => {};
  const late = new Promise<UrlResult>((resolve) => {
    cancelLate = systemClock.after(Math.max(0, leftMs - respondMs), () => {
      resolve(refuse(outOfTime(), requestId));
    });
  });
  try {
    return await Promise.race([respond(operation.signal), late]);
  } finally {
    cancelStop();
    cancelLate();
  }
}

function outOfTime(): MillraceError {
  return new MillraceError(
    'STOPPED',
    'the operation took longer than the timeout of the function, and may still complete: check ' +
      'its result before you repeat the request',
    { retryable: true },
  );
}
