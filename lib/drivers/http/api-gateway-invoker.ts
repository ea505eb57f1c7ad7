import { isObject, type Json, type JsonObject } from '../../asl/json/json.ts';
import {
  catchTaskFailure,
  TaskFailure,
  unknownHandlerError,
} from '../../engine/task/task-failure.ts';
import type {
  Invocation,
  InvocationResult,
  TaskCall,
  TaskInvoker,
} from '../../ports/task-invoker.ts';
import type { CallTargets } from './call-targets.ts';
import { exchange, exchangeTimeoutMs, isSuccess } from './http-exchange.ts';
import {
  addBody,
  addQuery,
  failInvalidRequest,
  type HttpRequest,
  parseHeaders,
  parseMethod,
  readTextField,
  toBodyText,
} from './http-request.ts';

/** Options of {@link ApiGatewayInvoker}. */
export interface ApiGatewayInvokerOptions {
  readonly targets: CallTargets;
  /** Maximum size of a response body, in bytes. */
  readonly bytesMax: number;
}

/** Runs `apigateway:invoke`: a request to an Amazon API Gateway API without IAM authorization. */
export class ApiGatewayInvoker implements TaskInvoker {
  readonly #options: ApiGatewayInvokerOptions;

  constructor(options: ApiGatewayInvokerOptions) {
    this.#options = options;
  }

  findRefusal({ parameters }: TaskCall): string | null {
    const auth = isObject(parameters) ? (parameters.AuthType ?? 'NO_AUTH') : 'NO_AUTH';
    if (auth === 'NO_AUTH') return null;
    return `apigateway:invoke supports only AuthType NO_AUTH; found ${JSON.stringify(auth)}`;
  }

  invoke(invocation: Invocation): Promise<InvocationResult> {
    return catchTaskFailure(async () => {
      const { parameters, pattern, signal } = invocation;
      const refusal = this.findRefusal(invocation);
      if (refusal !== null) throw new TaskFailure(unknownHandlerError, refusal);
      if (!isObject(parameters)) return failInvalidRequest('the parameters must be an object');
      const { targets, bytesMax } = this.#options;
      const request = toRequest(parameters, targets);
      const limits = { timeoutMs: exchangeTimeoutMs, bytesMax, targets };
      const response = await exchange(request, signal, limits, 'ApiGateway.SdkClientException');
      if (!isSuccess(response)) {
        throw new TaskFailure(
          `ApiGateway.${response.StatusCode}`,
          toBodyText(response.ResponseBody),
        );
      }
      return pattern === 'token'
        ? { ok: true, submitted: response }
        : { ok: true, result: response };
    }, 'ApiGateway.SdkClientException');
  }
}

function toRequest(parameters: JsonObject, targets: CallTargets): HttpRequest {
  const url = targets.parse(buildEndpoint(parameters));
  addQuery(url, parameters.QueryParameters);
  const headers = parseHeaders(parameters);
  const { RequestBody, AllowNullValues } = parameters;
  if (RequestBody !== undefined && !headers.has('content-type')) {
    headers.set('content-type', 'application/json');
  }
  const request = { url, method: parseMethod(parameters), headers };
  if (RequestBody === undefined) return request;
  return addBody(
    request,
    toBodyText(AllowNullValues === true ? RequestBody : withoutNulls(RequestBody)),
  );
}

/** Builds the URL: `ApiEndpoint` is only the host; stage and path follow it. */
function buildEndpoint(parameters: JsonObject): string {
  const host = readTextField(parameters, 'ApiEndpoint');
  const parts = [parameters.Stage, parameters.Path].flatMap((part) =>
    typeof part === 'string' && part !== '' ? [part.replace(/^\/+/, '')] : [],
  );
  return `${isLoopback(host) ? 'http' : 'https'}://${[host, ...parts].join('/')}`;
}

/** Whether `host` is this machine, where a test of an API has no certificate. */
function isLoopback(host: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(host);
}

function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(kept.map(([key, member]) => [key, withoutNulls(member)]));
}
