/**
 * The HTTP API as a function behind a Function URL, whose lock is IAM's: who calls is known when an
 * event comes, and logged with each change. The app is opened by the first request that needs it; a
 * look at the function's health is none. An answer is sent before the function's time is over.
 */
import type {
  APIGatewayProxyStructuredResultV2,
  Context,
  LambdaFunctionURLEvent,
  LambdaFunctionURLEventWithIAMAuthorizer,
} from 'aws-lambda';
import { type Api, createApi } from '../api/create-api.ts';
import { apiOperations } from '../api/handlers/api-operations.ts';
import { problemOf } from '../api/problem.ts';
import { problemResponse } from '../api/responses.ts';
import { Millrace } from '../app/millrace.ts';
import type { MillraceConfig } from '../config/config.ts';
import { readEnv } from '../config/env.ts';
import type { LeaderRequest } from '../config/event-names.ts';
import type { SettingOverrides } from '../config/setting-sources.ts';
import { systemClock } from '../drivers/system/system-clock.ts';
import { MillraceError, messageOf } from '../errors.ts';
import type { AppContext } from '../operations/app-context.ts';
import type { ContinuationQueue } from '../ports/continuation-queue.ts';
import type { Logger } from '../ports/logger.ts';
import {
  type FunctionHandler,
  type FunctionOpening,
  instrumented,
  openInstruments,
  openOnce,
  tellEnds,
} from './function-runtime.ts';

/** What a Function URL hands over, with IAM's lock or (in a rehearsal, say) without one. */
export type UrlEvent = LambdaFunctionURLEvent | LambdaFunctionURLEventWithIAMAuthorizer;

/** What it takes back. */
export type UrlResult = APIGatewayProxyStructuredResultV2;

/**
 * Longest answer, in bytes. Lambda takes 6 MB, in which the answer is a JSON text inside of a JSON
 * text: that doubles it at most.
 */
const replyBytesMax = 3_000_000;

/** How long before the end of its time an operation is asked to stop, in milliseconds. */
const stopMs = 3_000;

/** How long before that end the answer goes out whatever the operation does, in milliseconds. */
const answerMs = 1_000;

/** The API of the app of `config`. */
export function apiFunction(
  config: MillraceConfig,
  opening: FunctionOpening = {},
): FunctionHandler<UrlEvent, UrlResult> {
  const env = opening.env ?? readEnv();
  const instruments = openInstruments(env);
  let opened: AppContext | null = null;
  const asked = { ...opening, env, enablesLeaderSchedule: true };
  const open = openOnce(config, instruments, asked, (app) => {
    opened = app.context;
    return new Millrace(app.context);
  });
  const operations = apiOperations(open, leaderCall(env, instruments.logger));
  const api = createApi(operations, { logger: instruments.logger, replyBytesMax });
  return instrumented(instruments, async (event, context) => {
    const result = await answer(api, event, context);
    if (opened !== null) await tellEnds(opened, context);
    return result;
  });
}

/** Calls the leader now: the sweep would do so within a minute, and does when this is lost. */
function leaderCall({ leaderQueueUrl }: SettingOverrides, logger: Logger): () => Promise<void> {
  if (leaderQueueUrl === undefined) return async () => {};
  const tick: LeaderRequest = { kind: 'tick' };
  let queue: ContinuationQueue | null = null;
  return async () => {
    try {
      // Most requests start nothing, and need not wait until a client of SQS is loaded.
      const { SqsContinuationQueue } = await import('../drivers/sqs/sqs-continuation-queue.ts');
      queue ??= new SqsContinuationQueue(leaderQueueUrl);
      await queue.send(JSON.stringify(tick), 0);
    } catch (error) {
      logger.warn('the leader could not be called at once', { error: messageOf(error) });
    }
  };
}

async function answer(api: Api, event: UrlEvent, context: Context): Promise<UrlResult> {
  const { requestId } = event.requestContext;
  const request = requestOf(event);
  if (request === null) return refusal(unreadable(), requestId);
  const leftMs = context.getRemainingTimeInMillis();
  const time = new AbortController();
  const stop = systemClock.after(Math.max(0, leftMs - stopMs), () => time.abort());
  let giveUp = () => {};
  const late = new Promise<UrlResult>((resolve) => {
    giveUp = systemClock.after(Math.max(0, leftMs - answerMs), () => {
      resolve(refusal(outOfTime(), requestId));
    });
  });
  try {
    const arrival = { requestId, caller: callerOf(event), signal: time.signal };
    return await Promise.race([api.fetch(request, arrival).then(resultOf), late]);
  } finally {
    stop();
    giveUp();
  }
}

/** The request in an event; null for one that no standard request can be. */
function requestOf(event: UrlEvent): Request | null {
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

/** Who signed the request; null where IAM was not asked. */
function callerOf({ requestContext }: UrlEvent): string | null {
  const authorizer = 'authorizer' in requestContext ? requestContext.authorizer : undefined;
  return authorizer?.iam?.userArn ?? null;
}

async function resultOf(response: Response): Promise<UrlResult> {
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
    isBase64Encoded: false,
  };
}

function refusal(error: MillraceError, requestId: string): Promise<UrlResult> {
  return resultOf(problemResponse(problemOf(error, requestId)));
}

function unreadable(): MillraceError {
  const message = 'expected an HTTP request with a usual method; found one that cannot be read';
  return new MillraceError('INVALID_ARGUMENT', message);
}

function outOfTime(): MillraceError {
  return new MillraceError(
    'STOPPED',
    'the operation took longer than the function may run: what it has begun may still come about; ' +
      'look before you ask again',
    { retryable: true },
  );
}
