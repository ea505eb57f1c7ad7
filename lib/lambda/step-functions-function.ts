import { Millrace } from '../app/millrace.ts';
import type { MillraceConfig } from '../config/config.ts';
import { systemClock } from '../drivers/system/system-clock.ts';
import { MillraceError } from '../errors.ts';
import { Endpoint } from '../step-functions/endpoint.ts';
import { toServiceError } from '../step-functions/errors.ts';
import { PageTokens, pageTokenKey } from '../step-functions/page-token.ts';
import { type ServiceRequest, toErrorAnswer } from '../step-functions/protocol.ts';
import { flushEvents } from './flush-events.ts';
import { type FunctionHandler, type FunctionOptions, FunctionRuntime } from './function-runtime.ts';
import { provideSecrets } from './handler-secrets.ts';
import { LazyApp } from './lazy-app.ts';
import { openFunctionApp } from './open-function-app.ts';
import { ActivityPolls, leaderStateReader } from './url/activity-polls.ts';
import { findServiceCaller } from './url/service-caller.ts';
import {
  findSigner,
  replyBytesMax,
  respondInTime,
  type UrlEvent,
  type UrlResult,
} from './url/url-exchange.ts';

/**
 * Creates the function that serves Step Functions' own API behind a Function URL. IAM authorizes
 * the requests. The first one opens the app; a health check does not. StartSyncExecution runs the
 * handlers of the app in this function.
 */
export function stepFunctionsFunction(
  config: MillraceConfig,
  options: FunctionOptions = {},
): FunctionHandler<UrlEvent, UrlResult> {
  const runtime = new FunctionRuntime(options);
  const { env } = runtime;
  const app = new LazyApp(async () => {
    await provideSecrets(env.handlerSecrets);
    const context = await openFunctionApp(runtime, config, true);
    return { context, millrace: new Millrace(context) };
  });
  const endpoint = createEndpoint(runtime, app);
  const answer = async (event: UrlEvent, signal: AbortSignal) => {
    const request = toServiceRequest(event, signal);
    try {
      const caller = findServiceCaller(env.stepFunctionsAccess ?? null, findSigner(event));
      if (request.method === 'POST') await app.get();
      const { status, headers, body } = await endpoint.respond(request, caller);
      return { statusCode: status, headers, body, isBase64Encoded: false };
    } catch (error) {
      runtime.logger.error('app not opened: request refused', { error: String(error) });
      return refuse(error, request.requestId);
    }
  };
  return runtime.handler(async (event, lambda) => {
    const result = await respondInTime(event, lambda, (signal) => answer(event, signal), refuse);
    if (app.opened !== null) await flushEvents(app.opened.context, lambda);
    return result;
  });
}

function createEndpoint(
  { env, logger }: FunctionRuntime,
  app: LazyApp<{ readonly millrace: Millrace }>,
): Endpoint {
  const current = () => {
    if (app.opened !== null) return app.opened.millrace;
    throw new MillraceError('STOPPED', 'the app is not open');
  };
  const readLeader = leaderStateReader(env, systemClock);
  const polls = new ActivityPolls({ clock: systemClock, logger, readLeader });
  // All environments of the function have them, and its callers do not.
  const names = [env.databaseClusterArn ?? '', env.databaseSecretArn ?? ''];
  return new Endpoint({
    current,
    // IAM has checked the signature, and AWS routes by the host.
    policy: { keys: new Map(), origins: new Set(), region: null },
    clock: systemClock,
    logger,
    tokens: new PageTokens({ key: pageTokenKey(names), now: () => systemClock.now() }),
    mocks: null,
    answerBytesMax: replyBytesMax,
    pollActivity: (activity, { waitMs = 0, signal = unlimited, ...poll }) =>
      polls.wait(
        activity,
        () => current().activities.poll(activity, { ...poll, signal, waitMs: 0 }),
        { waitMs, signal },
      ),
  });
}

const unlimited = new AbortController().signal;

function toServiceRequest(event: UrlEvent, signal: AbortSignal): ServiceRequest {
  const { rawPath, rawQueryString, headers, body = '', isBase64Encoded, requestContext } = event;
  return {
    method: requestContext.http.method,
    target: rawQueryString === '' ? rawPath : `${rawPath}?${rawQueryString}`,
    rawHeaders: Object.entries(headers).flatMap(([name, value = '']) => [name, value]),
    header: (name) => headers[name],
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
    signal,
    requestId: requestContext.requestId,
  };
}

/** Clients repeat a call after ServiceUnavailable. */
function refuse(error: unknown, requestId: string): UrlResult {
  const { status, headers, body } = toErrorAnswer(toServiceError(error), requestId);
  return { statusCode: status, headers: { ...headers }, body, isBase64Encoded: false };
}
