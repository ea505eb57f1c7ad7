import { isObject, type Json, type JsonObject } from '../../asl/json/json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { catchTaskFailure, TaskFailure } from '../../engine/task/task-failure.ts';
import type {
  Invocation,
  InvocationResult,
  TaskCall,
  TaskInvoker,
} from '../../ports/task-invoker.ts';
import type { CallTargets } from './call-targets.ts';
import {
  type ConnectionSecrets,
  type Connections,
  findConnectionProblem,
  findOriginProblem,
  openConnection,
  parseConnectionName,
} from './connection.ts';
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
import { type ArrayFormat, arrayFormats, encodeForm } from './url-encoding.ts';

/** Options of {@link HttpInvoker}. */
export interface HttpInvokerOptions {
  readonly connections: Connections;
  readonly targets: CallTargets;
  /** Maximum size of a response body, in bytes. */
  readonly bytesMax: number;
  /** Timeout for a response, in milliseconds. @default 60,000, as at AWS */
  readonly timeoutMs?: number;
}

const resourceName = 'arn:aws:states:::http:invoke';

/** Runs `http:invoke`: a request to any HTTPS API, with a connection of the configuration. */
export class HttpInvoker implements TaskInvoker {
  readonly #options: HttpInvokerOptions;

  constructor(options: HttpInvokerOptions) {
    this.#options = options;
  }

  findRefusal({ resource, parameters, asWritten = false }: TaskCall): string | null {
    if (resource !== resourceName)
      return `http:invoke supports only the request-response pattern: ${resourceName}`;
    const { connections } = this.#options;
    const name = parseConnectionName(parameters);
    const problem = name === null ? null : findConnectionProblem(connections, name);
    return problem ?? (asWritten ? this.#findEndpointProblem(name, parameters) : null);
  }

  /** Checks an endpoint that is part of the definition; others are checked when they are called. */
  #findEndpointProblem(name: string | null, parameters: Json | undefined): string | null {
    const endpoint = isObject(parameters) ? parameters.ApiEndpoint : undefined;
    if (typeof endpoint !== 'string' || endpoint.startsWith('{%')) return null;
    const { connections, targets } = this.#options;
    const fault = targets.findFault(endpoint);
    if (fault !== null || name === null) return fault;
    return findOriginProblem(connections, name, new URL(endpoint));
  }

  invoke(invocation: Invocation): Promise<InvocationResult> {
    return catchTaskFailure(async () => {
      const { parameters, signal } = invocation;
      if (!isObject(parameters))
        return failInvalidRequest('the parameters of http:invoke must be an object');
      const { connections, targets, bytesMax, timeoutMs = exchangeTimeoutMs } = this.#options;
      const url = targets.parse(readTextField(parameters, 'ApiEndpoint'));
      const secrets = await openConnection(connections, parameters, url);
      const request = toRequest(url, parameters, secrets);
      const limits = { timeoutMs, bytesMax, targets };
      const response = await exchange(request, signal, limits, 'States.Http.Socket');
      if (isSuccess(response)) return { ok: true, result: response };
      const { StatusCode, StatusText, ResponseBody } = response;
      const cause = toBodyText(ResponseBody) || StatusText;
      throw new TaskFailure(`States.Http.StatusCode.${StatusCode}`, cause);
    }, ErrorName.taskFailed);
  }
}

/** Builds the request of a Task; the connection overrides the definition. */
function toRequest(url: URL, parameters: JsonObject, connection: ConnectionSecrets): HttpRequest {
  addQuery(url, parameters.QueryParameters);
  for (const [name, text] of Object.entries(connection.queryParameters ?? {})) {
    url.searchParams.set(name, text);
  }
  const headers = parseHeaders(parameters);
  for (const [name, text] of Object.entries(connection.headers ?? {})) headers.set(name, text);
  const body = mergeBody(parameters.RequestBody, connection.body);
  if (body !== undefined && !headers.has('content-type')) {
    headers.set('content-type', 'application/json; charset=UTF-8');
  }
  const request = { url, method: parseMethod(parameters), headers };
  return addBody(request, body === undefined ? undefined : encodeBody(body, parameters.Transform));
}

function mergeBody(given: Json | undefined, added: JsonObject | undefined): Json | undefined {
  if (added === undefined || Object.keys(added).length === 0) return given;
  if (given === undefined) return added;
  return isObject(given)
    ? { ...given, ...added }
    : failInvalidRequest('RequestBody must be an object: the connection adds members to it');
}

function encodeBody(body: Json, transform: Json | undefined): string {
  const { RequestBodyEncoding = 'NONE', RequestEncodingOptions = {} } = isObject(transform)
    ? transform
    : {};
  if (RequestBodyEncoding === 'NONE') return toBodyText(body);
  if (RequestBodyEncoding !== 'URL_ENCODED') {
    return failInvalidRequest('Transform.RequestBodyEncoding must be NONE or URL_ENCODED');
  }
  const { ArrayFormat = 'INDICES' } = isObject(RequestEncodingOptions)
    ? RequestEncodingOptions
    : {};
  if (!isArrayFormat(ArrayFormat)) {
    return failInvalidRequest(`ArrayFormat must be one of ${arrayFormats.join(', ')}`);
  }
  return encodeForm(body, ArrayFormat);
}

function isArrayFormat(value: Json): value is ArrayFormat {
  return arrayFormats.some((format) => format === value);
}
