import { problemOf } from '../api/problem.ts';
import { problemResponse } from '../api/responses.ts';
import type { MillraceConfig } from '../config/config.ts';
import { type FunctionHandler, type FunctionOptions, FunctionRuntime } from './function-runtime.ts';
import { ApiAccess } from './url/api-access.ts';
import { ServedApp } from './url/served-app.ts';
import {
  findSigner,
  respondInTime,
  type UrlEvent,
  type UrlResult,
  urlRequest,
  urlResult,
} from './url/url-exchange.ts';

/**
 * Creates the function that serves the HTTP API of an app behind a Function URL. IAM authorizes the
 * requests, the configuration gives their callers roles, and each change is logged with its caller.
 * The first request that needs the app opens it; a health check does not. A response is sent before
 * the function times out.
 */
export function apiFunction(
  config: MillraceConfig,
  options: FunctionOptions = {},
): FunctionHandler<UrlEvent, UrlResult> {
  const runtime = new FunctionRuntime(options);
  const app = new ServedApp(runtime, config);
  const access = new ApiAccess(runtime.env.apiAccess ?? everyone);
  return runtime.handler(async (event, lambda) => {
    const result = await respondInTime(event, lambda, (signal) =>
      respond(app, access, event, signal),
    );
    await app.flush(lambda);
    return result;
  });
}

/** Without roles in the configuration, IAM alone decides who calls, and callers are owners. */
const everyone = { '*': 'owner' } as const;

async function respond(
  { api }: ServedApp,
  access: ApiAccess,
  event: UrlEvent,
  signal: AbortSignal,
): Promise<UrlResult> {
  const { requestId } = event.requestContext;
  try {
    const request = urlRequest(event);
    const caller = findSigner(event);
    const admission = access.admit(caller);
    return await urlResult(await api.fetch(request, { requestId, caller, ...admission, signal }));
  } catch (error) {
    return await urlResult(problemResponse(problemOf(error, requestId)));
  }
}
