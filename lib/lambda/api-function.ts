import type {
  APIGatewayProxyStructuredResultV2,
  Context,
  LambdaFunctionURLEvent,
  LambdaFunctionURLEventWithIAMAuthorizer,
} from 'aws-lambda';
import { auditChanges } from '../api/audit-changes.ts';
import { type Api, createApi } from '../api/create-api.ts';
import { apiOperations } from '../api/handlers/api-operations.ts';
import { problemOf } from '../api/problem.ts';
import { problemResponse } from '../api/responses.ts';
import { Millrace } from '../app/millrace.ts';
import type { MillraceConfig } from '../config/config.ts';
import type { LeaderRequest } from '../config/event-names.ts';
import type { SettingOverrides } from '../config/setting-sources.ts';
import { systemClock } from '../drivers/system/system-clock.ts';
import { MillraceError, messageOf } from '../errors.ts';
import type { ContinuationQueue } from '../ports/continuation-queue.ts';
import type { Logger } from '../ports/logger.ts';
import { flushEvents } from './flush-events.ts';
import { type FunctionHandler, type FunctionOptions, FunctionRuntime } from './function-runtime.ts';
import { LazyApp } from './lazy-app.ts';
import { openFunctionApp } from './open-function-app.ts';

/** The event of a Function URL, with IAM authorization or, as in a rehearsal, without. */
export type UrlEvent = LambdaFunctionURLEvent | LambdaFunctionURLEventWithIAMAuthorizer;

/** The response to a Function URL. */
export type UrlResult = APIGatewayProxyStructuredResultV2;

/**
 * Maximum size of a reply, in bytes. Lambda accepts 6 MB, and escaping the JSON text of the reply
 * inside the JSON text of the response at most doubles it.
 */
const replyBytesMax = 3_000_000;

/** Time before the function's timeout at which an operation is aborted, in milliseconds. */
const stopMs = 3_000;

/** Time before the function's timeout at which a response is sent in any case, in milliseconds. */
const respondMs = 1_000;

/**
 * Creates the function that serves the HTTP API of an app behind a Function URL. IAM authorizes the
 * requests, and each change is logged with its caller. The first request that needs the app opens
 * it; a health check does not. A response is sent before the function times out.
 */
export function apiFunction(
  config: MillraceConfig,
  options: FunctionOptions = {},
): FunctionHandler<UrlEvent, UrlResult> {
  const runtime = new FunctionRuntime(options);
  const { logger } = runtime;
  const app = new LazyApp(async () => {
    const context = await openFunctionApp(runtime, config, true);
    return { context, millrace: new Millrace(context) };
  });
  const open = async () => (await app.get()).millrace;
  const operations = apiOperations(open, leaderRequester(runtime.env, logger));
  const api = createApi(operations, { logger, replyBytesMax, audit: auditChanges(open) });
  return runtime.handler(async (event, lambda) => {
    const result = await respond(api, event, lambda);
    if (app.opened !== null) await flushEvents(app.opened.context, lambda);
    return result;
  });
}

/**
 * Returns a function that requests a tick of the leader at once. Without it, or when the request is
 * lost, the leader schedule invokes the leader within a minute.
 */
function leaderRequester(
  { leaderQueueUrl }: SettingOverrides,
  logger: Logger,
): () => Promise<void> {
  if (leaderQueueUrl === undefined) return async () => {};
  const tick: LeaderRequest = { kind: 'tick' };
  let queue: ContinuationQueue | null = null;
  return async () => {
    try {
      // Loaded on demand: most requests start nothing, and need no client of SQS.
      const { SqsContinuationQueue } = await import('../drivers/sqs/sqs-continuation-queue.ts');
      queue ??= new SqsContinuationQueue(leaderQueueUrl);
      await queue.send(JSON.stringify(tick), 0);
    } catch (error) {
      const message = 'leader request not sent: the leader schedule invokes the leader';
      logger.warn(message, { error: messageOf(error) });
    }
  };
}

/** Responds to a request: by its operation, or by a refusal once time is running out. */
async function respond(api: Api, event: UrlEvent, lambda: Context): Promise<UrlResult> {
  const { requestId } = event.requestContext;
  const request = toRequest(event);
  if (request === null) return refuse(unreadableRequest(), requestId);
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
    const arrival = { requestId, caller: findCaller(event), signal: operation.signal };
    return await Promise.race([api.fetch(request, arrival).then(toResult), late]);
  } finally {
    cancelStop();
    cancelLate();
  }
}

/** Returns the request of an event, or null when it is no valid HTTP request. */
function toRequest(event: UrlEvent): Request | null {
  const { rawPath, rawQueryString, headers, body, isBase64Encoded, requestContext } = event;
  const { domainName, http } = requestContext;
  const query = rawQueryString === '' ? '' : `?${rawQueryString}`;
  const hasBody = body !== undefined && http.method !== 'GET' && http.method !== 'HEAD';
  try {
    return new Request(`https://${domainName}${rawPath}${query}`, {
      method: http.method,
      headers: Object.entries(headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      ),
      ...(hasBody && { body: isBase64Encoded ? Buffer.from(body, 'base64') : body }),
    });
  } catch {
    return null;
  }
}

/** Returns the ARN of the user or role that signed the request; null without IAM authorization. */
function findCaller({ requestContext }: UrlEvent): string | null {
  const authorizer = 'authorizer' in requestContext ? requestContext.authorizer : undefined;
  return authorizer?.iam?.userArn ?? null;
}

async function toResult(response: Response): Promise<UrlResult> {
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
    isBase64Encoded: false,
  };
}

function refuse(error: MillraceError, requestId: string): Promise<UrlResult> {
  return toResult(problemResponse(problemOf(error, requestId)));
}

function unreadableRequest(): MillraceError {
  const message = 'expected an HTTP request with a standard method; found one that cannot be read';
  return new MillraceError('INVALID_ARGUMENT', message);
}

function outOfTime(): MillraceError {
  return new MillraceError(
    'STOPPED',
    'the operation took longer than the timeout of the function, and may still complete: check ' +
      'its result before you repeat the request',
    { retryable: true },
  );
}
