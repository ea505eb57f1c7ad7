/**
 * The API, as a function from requests to responses: whoever serves it, a function of Lambda or a
 * server, brings the transport. Every answer is JSON, is kept by nobody, and carries the id of its
 * request; every change is logged with who asked for it, and no document is.
 */
import { Hono } from 'hono/tiny';
import { messageOf } from '../errors.ts';
import type { LogFields, Logger } from '../ports/logger.ts';
import {
  type ApiCall,
  contract,
  type OperationName,
  type Operations,
} from './contract/contract.ts';
import type { Operation } from './contract/operation.ts';
import { openApiDocument } from './openapi.ts';
import { problemOf, Refusal } from './problem.ts';
import { checkParams, readBody, readQuery } from './read-request.ts';
import { emptyResponse, jsonResponse, problemResponse } from './responses.ts';

/** A request to be let in or not. */
export interface Admission {
  readonly operation: OperationName;
  /** Whether it may change something: all but GET and HEAD. */
  readonly changes: boolean;
  /** Who asks; null where the transport does not know. */
  readonly caller: string | null;
}

export interface CreateApiOptions {
  /** Told of changes and failures, never of a document. */
  readonly logger: Logger;
  /**
   * Throws a `Refusal` with FORBIDDEN for whom it does not let in. @default all who got here: the
   * lock is the transport's (on AWS, IAM's at the function's URL)
   */
  readonly authorize?: (admission: Admission) => void | Promise<void>;
  /** Longest body of a request, in bytes. @default 5 MiB */
  readonly bodyBytesMax?: number;
  /** Longest answer, in bytes. @default any */
  readonly replyBytesMax?: number;
}

/** What the transport knows about a request. */
export interface Arrival {
  /** @default a new UUID */
  readonly requestId?: string;
  /** Who asks, as the transport's lock has found. @default null */
  readonly caller?: string | null;
  /** Ends the work when there is no more time for it. @default the request's own */
  readonly signal?: AbortSignal;
}

/** The API, to be served. */
export interface Api {
  /** Answers each request; never rejects. */
  readonly fetch: (request: Request, arrival?: Arrival) => Promise<Response>;
}

type Asked = ApiCall & { readonly caller: string | null; readonly requestId: string };

const bodyBytesDefault = 5 * 1024 * 1024;

/** Where the API describes itself. */
const openApiPath = '/v1/openapi.json';

/** See this file's head. */
export function createApi(operations: Operations, options: CreateApiOptions): Api {
  const routes = new Hono<{ Bindings: Asked }>();
  for (const [name, operation] of Object.entries(contract) as [OperationName, Operation][]) {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
    routes.on(operation.method, path, (context) =>
      carryOut(operations, options, name, {
        request: context.req.raw,
        params: context.req.param(),
        asked: context.env,
      }),
    );
  }
  routes.get(openApiPath, () => jsonResponse(200, openApiDocument()));
  routes.notFound(({ req }) => answerElsewhere(req.method, req.path));
  routes.onError((error) => {
    throw error;
  });
  return { fetch: (request, arrival = {}) => respond(routes, options, request, arrival) };
}

async function respond(
  routes: Hono<{ Bindings: Asked }>,
  { logger }: CreateApiOptions,
  request: Request,
  { requestId = crypto.randomUUID(), caller = null, signal = request.signal }: Arrival,
): Promise<Response> {
  let response: Response;
  try {
    response = await routes.fetch(request, { requestId, caller, signal });
  } catch (error) {
    const problem = problemOf(error, requestId);
    const { status, code } = problem;
    const about = { requestId, caller, method: request.method, status, code };
    if (status < 500) logger.info('a request was refused', about);
    else logger.error(messageOf(error), { ...about, stack: stackOf(error) });
    response = problemResponse(problem);
  }
  response.headers.set('x-request-id', requestId);
  if (request.method !== 'HEAD') return response;
  return new Response(null, { status: response.status, headers: response.headers });
}

/** One request to one operation, from its words to its answer. */
interface Exchange {
  readonly request: Request;
  readonly params: Readonly<Record<string, string>>;
  readonly asked: Asked;
}

async function carryOut(
  operations: Operations,
  { logger, authorize, bodyBytesMax = bodyBytesDefault, replyBytesMax }: CreateApiOptions,
  name: OperationName,
  { request, params, asked }: Exchange,
): Promise<Response> {
  const operation: Operation = contract[name];
  const { caller, requestId, signal } = asked;
  const changes = operation.method !== 'GET';
  await authorize?.({ operation: name, changes, caller });
  checkParams(params);
  const query = readQuery(operation, request.url);
  const body = await readBody(operation, request, bodyBytesMax);
  // What the contract has checked is what the operation of this name takes.
  const run = operations[name] as (request: unknown, call: ApiCall) => Promise<unknown>;
  const reply = await run({ params, query, body }, { signal });
  if (changes) {
    const about = {
      operation: name,
      caller,
      requestId,
      ...params,
      ...idsIn(body),
      ...idsIn(reply),
    };
    logger.info('an operation was carried out', about);
  }
  const created = operation.creates && !(isRecord(reply) && reply.created === false);
  return jsonResponse(created ? 201 : 200, reply, replyBytesMax);
}

/** Names by which documents say what they are about. */
const idKeys = ['id', 'batchId', 'executionId', 'messageId', 'machineId', 'name'];

/** What a document is about: ids, and of many the first. */
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

/** A path that is not there, or not with this method. */
function answerElsewhere(method: string, path: string): Response {
  const methods = paths.flatMap((each) => (each.pattern.test(path) ? each.methods : []));
  if (methods.length === 0) {
    throw new Refusal('UNKNOWN_PATH', `nothing is here; ${openApiPath} lists what there is`);
  }
  const allow = [...new Set([...methods, 'OPTIONS'])].join(', ');
  if (method === 'OPTIONS') return emptyResponse({ allow });
  throw new Refusal('METHOD_NOT_ALLOWED', `expected ${allow} here; found ${method}`, { allow });
}

function stackOf(error: unknown): string | null {
  return error instanceof Error ? (error.stack ?? null) : null;
}
