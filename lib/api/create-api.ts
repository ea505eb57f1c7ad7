import { Hono } from 'hono/tiny';
import { messageOf } from '../errors.ts';
import type { LogFields, Logger } from '../ports/logger.ts';
import type { Metrics } from '../ports/metrics.ts';
import { isTraceparent } from '../ports/tracer.ts';
import { type CallerRole, mayCall, roleFor } from './caller-role.ts';
import {
  type ApiCall,
  contract,
  type OperationName,
  type Operations,
} from './contract/contract.ts';
import type { Operation } from './contract/operation.ts';
import type { StreamReply } from './contract/stream-reply.ts';
import { openApiDocument } from './openapi.ts';
import { problemOf, Refusal } from './problem.ts';
import { checkParams, readBody, readQuery } from './read-request.ts';
import {
  findHostFault,
  findOriginFault,
  loopbackNames,
  type RequestOrigin,
  readOrigin,
  refuseForms,
} from './request-origin.ts';
import { emptyResponse, jsonResponse, problemResponse, readingResponse } from './responses.ts';
import { streamResponse } from './stream-response.ts';

/** A change that was made, for the audit log. */
export interface ApiChange {
  readonly operation: OperationName;
  readonly call: ApiCall;
  readonly request: { readonly params: Readonly<Record<string, string>>; readonly body: unknown };
  readonly reply: unknown;
}

export interface CreateApiOptions {
  /** Receives changes and failures, never a document. */
  readonly logger: Logger;
  /** Records a change that was made; must not throw. @default changes are only logged */
  readonly audit?: (change: ApiChange) => Promise<void>;
  /** Receives the number and the duration of requests. @default nothing is measured */
  readonly metrics?: Metrics;
  /** Maximum size of a request's body, in bytes. @default 5 MiB */
  readonly bodyBytesMax?: number;
  /** Maximum size of a reply, in bytes. @default no limit */
  readonly replyBytesMax?: number;
  /**
   * Hosts by which the API may be called, such as `mill.example.com`: any other `host` header is
   * refused, except that of a health check. `any` is for a transport that checks the host itself.
   * @default the names of this machine: localhost, 127.0.0.1 and [::1]
   */
  readonly allowedHosts?: readonly string[] | 'any';
}

/** What the transport knows of a request. */
export interface Arrival {
  /** @default a new UUID */
  readonly requestId?: string;
  /** The caller, as the transport has authenticated it. @default null */
  readonly caller?: string | null;
  /**
   * What the caller may do. @default owner: the transport authorizes (on AWS, IAM at the function's
   * URL)
   */
  readonly role?: CallerRole;
  /** Operations that a caller is limited to, within its role. @default all that its role allows */
  readonly only?: ReadonlySet<OperationName>;
  /**
   * The origins that browsers may know the API by, such as that of the proxy in front.
   * @default those of the request's URL and host
   */
  readonly origins?: readonly string[];
  /** Aborts when time runs out. @default the request's own signal */
  readonly signal?: AbortSignal;
}

/** The API, ready to be served. */
export interface Api {
  /** Returns the response to a request; never rejects. */
  readonly fetch: (request: Request, arrival?: Arrival) => Promise<Response>;
}

/** The path of the health check: whoever asks for it may know no name. */
const healthPath = contract.getHealth.path;

const bodyBytesDefault = 5 * 1024 * 1024;

/** The path of the OpenAPI document. */
const openApiPath = '/v1/openapi.json';

/**
 * Creates the HTTP API as a function from requests to responses; a server or a Lambda function
 * brings the transport. It refuses what pages of other sites can send: foreign hosts and origins,
 * and changes without a header that a form cannot set. Every reply is JSON, must not be cached, and
 * carries the id of its request. Every change is logged with its caller, and no document is.
 */
export function createApi(operations: Operations, options: CreateApiOptions): Api {
  const routes = new Hono<{ Bindings: ApiCall }>();
  for (const [name, operation] of Object.entries(contract) as [OperationName, Operation][]) {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
    routes.on(operation.method, path, (context) =>
      measure(options.metrics, name, () =>
        runOperation(operations, options, name, {
          request: context.req.raw,
          params: context.req.param(),
          call: context.env,
        }),
      ),
    );
  }
  routes.get(openApiPath, () => jsonResponse(200, openApiDocument()));
  routes.notFound(({ req }) => answerUnrouted(req.method, req.path));
  routes.onError((error) => {
    throw error;
  });
  return { fetch: (request, arrival = {}) => respond(routes, options, request, arrival) };
}

async function respond(
  routes: Hono<{ Bindings: ApiCall }>,
  { logger, allowedHosts = loopbackNames }: CreateApiOptions,
  request: Request,
  arrival: Arrival,
): Promise<Response> {
  const { requestId = crypto.randomUUID(), caller = null } = arrival;
  const { role = 'owner', only, signal = request.signal } = arrival;
  let response: Response;
  try {
    requireOwnOrigin(readOrigin(request, arrival.origins), allowedHosts);
    const traceparent = readTraceparent(request);
    const via = isFromPage(request) ? 'page' : 'api';
    const limits = only === undefined ? {} : { only };
    const call: ApiCall = { requestId, caller, role, ...limits, via, signal, traceparent };
    response = await routes.fetch(request, call);
  } catch (error) {
    const problem = problemOf(error, requestId);
    const { status, code } = problem;
    const fields = { requestId, caller, method: request.method, status, code };
    if (status < 500) logger.info('request refused', fields);
    else logger.error(messageOf(error), { ...fields, stack: stackOf(error) });
    response = problemResponse(problem);
  }
  response.headers.set('x-request-id', requestId);
  if (request.method !== 'HEAD') return response;
  await response.body?.cancel();
  return new Response(null, { status: response.status, headers: response.headers });
}

/** Throws FORBIDDEN for a request under a foreign name, or from the page of another site. */
function requireOwnOrigin(origin: RequestOrigin, allowedHosts: readonly string[] | 'any'): void {
  const isForAny = allowedHosts === 'any' || origin.path === healthPath;
  const hostFault = isForAny ? null : findHostFault(origin.header('host'), allowedHosts);
  const fault = hostFault ?? findOriginFault(origin);
  if (fault !== null) throw new Refusal('FORBIDDEN', fault);
}

/** Runs an operation, and measures it by its name: paths have ids. */
async function measure(
  metrics: Metrics | undefined,
  operation: OperationName,
  run: () => Promise<Response>,
): Promise<Response> {
  if (metrics === undefined) return await run();
  const startedAt = performance.now();
  const report = (status: number) => {
    const reply = `${Math.trunc(status / 100)}xx`;
    metrics.count('apiRequests', 1, { operation, reply });
    metrics.observe('apiRequestDuration', (performance.now() - startedAt) / 1_000, { operation });
  };
  try {
    const response = await run();
    report(response.status);
    return response;
  } catch (error) {
    report(problemOf(error, '').status);
    throw error;
  }
}

/** A header that is not valid starts a new trace, as W3C says: it is no reason to refuse. */
function readTraceparent({ headers }: Request): string | null {
  const text = headers.get('traceparent');
  return isTraceparent(text) ? text : null;
}

/** Browsers say where their requests come from; programs do not. */
function isFromPage({ headers }: Request): boolean {
  return headers.has('sec-fetch-site');
}

/** One request to one operation. */
interface Exchange {
  readonly request: Request;
  readonly params: Readonly<Record<string, string>>;
  readonly call: ApiCall;
}

async function runOperation(
  operations: Operations,
  { logger, audit, bodyBytesMax = bodyBytesDefault, replyBytesMax }: CreateApiOptions,
  name: OperationName,
  { request, params, call }: Exchange,
): Promise<Response> {
  const operation: Operation = contract[name];
  const { caller, requestId } = call;
  requireRole(call, name, operation);
  refuseForms(readOrigin(request));
  checkParams(params);
  const query = readQuery(operation, request.url);
  const body = await readBody(operation, request, bodyBytesMax);
  // The contract has checked the request, so it has the type that this operation takes.
  const run = operations[name] as (request: unknown, call: ApiCall) => Promise<unknown>;
  const reply = await run({ params, query, body }, call);
  if (operation.needs !== 'read') {
    await audit?.({ operation: name, call, request: { params, body }, reply });
    logger.info('operation completed', {
      operation: name,
      caller,
      requestId,
      ...params,
      ...idsIn(body),
      ...idsIn(reply),
    });
  }
  if (operation.repliesFile) return streamResponse(reply as StreamReply, logger, replyBytesMax);
  if (operation.method === 'GET') return readingResponse(operation, request, reply, replyBytesMax);
  const created = operation.creates && !(isRecord(reply) && reply.created === false);
  return jsonResponse(created ? 201 : 200, reply, replyBytesMax);
}

/** Throws FORBIDDEN for an operation that the caller's role, or its limits, do not allow. */
function requireRole({ role, only }: ApiCall, name: OperationName, { needs }: Operation): void {
  if (only !== undefined && !only.has(name)) {
    throw new Refusal('FORBIDDEN', `${name} is none of the operations that this caller may call`);
  }
  if (mayCall(role, needs)) return;
  throw new Refusal('FORBIDDEN', `${name} needs the role ${roleFor(needs)}; the caller is ${role}`);
}

/** The keys of documents that are logged. */
const idKeys = ['id', 'batchId', 'executionId', 'messageId', 'machineId', 'name'];

/** Returns the ids in a document; of many ids, the first ten. */
function idsIn(document: unknown): LogFields {
  if (!isRecord(document)) return {};
  const ids = idKeys.flatMap((key) => {
    const id = Object.hasOwn(document, key) ? document[key] : undefined;
    return typeof id === 'string' ? [[key, id]] : [];
  });
  const many = [document.ids, document.taskIds].find(Array.isArray) ?? [];
  const some = many.length > 0 && { count: many.length, ids: many.slice(0, 10).join(' ') };
  return { ...Object.fromEntries(ids), ...some };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const paths = Object.entries({
  ...contract,
  openapi: { method: 'GET', path: openApiPath },
} satisfies Record<string, Pick<Operation, 'method' | 'path'>>).map(([, { method, path }]) => ({
  methods: method === 'GET' ? ['GET', 'HEAD'] : [method],
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`),
}));

/** Answers a path that does not exist, or does not have this method. */
function answerUnrouted(method: string, path: string): Response {
  const methods = paths.flatMap((each) => (each.pattern.test(path) ? each.methods : []));
  if (methods.length === 0) {
    throw new Refusal(
      'UNKNOWN_PATH',
      `there is nothing at this path; ${openApiPath} lists the paths`,
    );
  }
  const allow = [...new Set([...methods, 'OPTIONS'])].join(', ');
  if (method === 'OPTIONS') return emptyResponse({ allow });
  throw new Refusal('METHOD_NOT_ALLOWED', `expected ${allow} at this path; found ${method}`, {
    allow,
  });
}

function stackOf(error: unknown): string | null {
  return error instanceof Error ? (error.stack ?? null) : null;
}
