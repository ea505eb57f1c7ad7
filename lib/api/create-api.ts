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

/** A request to authorize. */
export interface Admission {
  readonly operation: OperationName;
  /** Whether it may change something: any method but GET and HEAD. */
  readonly changes: boolean;
  /** The caller; null when the transport does not know it. */
  readonly caller: string | null;
}

export interface CreateApiOptions {
  /** Receives changes and failures, never a document. */
  readonly logger: Logger;
  /**
   * Throws a `Refusal` with FORBIDDEN to refuse a request. @default every request is allowed: the
   * transport authorizes (on AWS, IAM at the function's URL)
   */
  readonly authorize?: (admission: Admission) => void | Promise<void>;
  /** Maximum size of a request's body, in bytes. @default 5 MiB */
  readonly bodyBytesMax?: number;
  /** Maximum size of a reply, in bytes. @default no limit */
  readonly replyBytesMax?: number;
}

/** What the transport knows of a request. */
export interface Arrival {
  /** @default a new UUID */
  readonly requestId?: string;
  /** The caller, as the transport has authenticated it. @default null */
  readonly caller?: string | null;
  /** Aborts when time runs out. @default the request's own signal */
  readonly signal?: AbortSignal;
}

/** The API, ready to be served. */
export interface Api {
  /** Returns the response to a request; never rejects. */
  readonly fetch: (request: Request, arrival?: Arrival) => Promise<Response>;
}

type CallDetails = ApiCall & { readonly caller: string | null; readonly requestId: string };

const bodyBytesDefault = 5 * 1024 * 1024;

/** The path of the OpenAPI document. */
const openApiPath = '/v1/openapi.json';

/**
 * Creates the HTTP API as a function from requests to responses; a server or a Lambda function
 * brings the transport. Every reply is JSON, must not be cached, and carries the id of its request.
 * Every change is logged with its caller, and no document is.
 */
export function createApi(operations: Operations, options: CreateApiOptions): Api {
  const routes = new Hono<{ Bindings: CallDetails }>();
  for (const [name, operation] of Object.entries(contract) as [OperationName, Operation][]) {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
    routes.on(operation.method, path, (context) =>
      runOperation(operations, options, name, {
        request: context.req.raw,
        params: context.req.param(),
        call: context.env,
      }),
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
  routes: Hono<{ Bindings: CallDetails }>,
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
    const fields = { requestId, caller, method: request.method, status, code };
    if (status < 500) logger.info('request refused', fields);
    else logger.error(messageOf(error), { ...fields, stack: stackOf(error) });
    response = problemResponse(problem);
  }
  response.headers.set('x-request-id', requestId);
  if (request.method !== 'HEAD') return response;
  return new Response(null, { status: response.status, headers: response.headers });
}

/** One request to one operation. */
interface Exchange {
  readonly request: Request;
  readonly params: Readonly<Record<string, string>>;
  readonly call: CallDetails;
}

async function runOperation(
  operations: Operations,
  { logger, authorize, bodyBytesMax = bodyBytesDefault, replyBytesMax }: CreateApiOptions,
  name: OperationName,
  { request, params, call }: Exchange,
): Promise<Response> {
  const operation: Operation = contract[name];
  const { caller, requestId, signal } = call;
  const changes = operation.method !== 'GET';
  await authorize?.({ operation: name, changes, caller });
  checkParams(params);
  const query = readQuery(operation, request.url);
  const body = await readBody(operation, request, bodyBytesMax);
  // The contract has checked the request, so it has the type that this operation takes.
  const run = operations[name] as (request: unknown, call: ApiCall) => Promise<unknown>;
  const reply = await run({ params, query, body }, { signal });
  if (changes) {
    logger.info('operation completed', {
      operation: name,
      caller,
      requestId,
      ...params,
      ...idsIn(body),
      ...idsIn(reply),
    });
  }
  const created = operation.creates && !(isRecord(reply) && reply.created === false);
  return jsonResponse(created ? 201 : 200, reply, replyBytesMax);
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
