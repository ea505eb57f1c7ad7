import { contextOf, type Millrace } from '../app/millrace.ts';
import { messageOf } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogFields, Logger } from '../ports/logger.ts';
import { type Caller, type CallerPolicy, corsHeaders, identifyCaller } from './caller-access.ts';
import { toServiceError } from './errors.ts';
import type { MockFiles } from './mock-files.ts';
import type { ServiceOperation } from './operation.ts';
import type { OperationContext, PollActivity } from './operation-context.ts';
import { serviceOperations } from './operations/service-operations.ts';
import type { PageTokens } from './page-token.ts';
import {
  documentOf,
  operationNameOf,
  type ServiceRequest,
  type ServiceResponse,
  toAnswer,
  toErrorAnswer,
} from './protocol.ts';
import { ServiceError } from './service-error.ts';
import { readRequestMembers } from './shapes/constraints.ts';
import { protocolLimits } from './step-functions-limits.ts';

/** What an endpoint works with. */
export interface EndpointDeps {
  /** Returns the app that answers: `dev` replaces it. */
  readonly current: () => Millrace;
  readonly policy: CallerPolicy;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tokens: PageTokens;
  /** The mocked test cases; null for none. */
  readonly mocks: MockFiles | null;
  /** How GetActivityTask waits for work. @default as the app does */
  readonly pollActivity?: PollActivity;
  /** Maximum size of an answer, in bytes. @default none */
  readonly answerBytesMax?: number;
}

/** Answers requests in Step Functions' own protocol. */
export class Endpoint {
  readonly #deps: EndpointDeps;
  #running = 0;
  #polling = 0;

  constructor(deps: EndpointDeps) {
    this.#deps = deps;
  }

  /**
   * Answers a request. Never rejects.
   * @param identified who has sent it, where others have checked its signature
   */
  async respond(
    request: ServiceRequest,
    identified: Caller | null = null,
  ): Promise<ServiceResponse> {
    const { policy } = this.#deps;
    const answer = await this.#answer(request, identified);
    const cors = corsHeaders(request, policy);
    return { ...answer, headers: { ...answer.headers, ...cors } };
  }

  async #answer(request: ServiceRequest, identified: Caller | null): Promise<ServiceResponse> {
    const { method, target, requestId } = request;
    const log: { operation: string | null; caller: string | null } = {
      operation: null,
      caller: null,
    };
    try {
      const [path] = target.split('?', 1);
      if (path !== '/' || !['POST', 'GET', 'HEAD', 'OPTIONS'].includes(method)) {
        const message = `expected POST /, found ${method.slice(0, 20)} ${target.slice(0, 200)}`;
        throw new ServiceError('NotFoundException', message);
      }
      if (method === 'OPTIONS') return this.#preflight(request);
      if (method !== 'POST') return greeting(requestId);
      const caller =
        identified ?? identifyCaller(request, this.#deps.policy, this.#deps.clock.now());
      log.caller = caller.name;
      const operation = findOperation(request);
      log.operation = operation.name;
      return await this.#perform(request, operation, caller);
    } catch (error) {
      const shown = toServiceError(error);
      this.#logError(error, shown, { requestId, ...log });
      return toErrorAnswer(shown, requestId);
    }
  }

  /** A browser asks whether a page may call: no headers say that it may not. */
  #preflight(request: ServiceRequest): ServiceResponse {
    if (Object.keys(corsHeaders(request, this.#deps.policy)).length > 0) {
      return { status: 204, headers: { 'x-amzn-requestid': request.requestId }, body: '' };
    }
    throw new ServiceError('NotFoundException', 'pages are allowed with --allow-origin');
  }

  async #perform(
    request: ServiceRequest,
    operation: ServiceOperation,
    caller: Caller,
  ): Promise<ServiceResponse> {
    const { logger } = this.#deps;
    checkAccess(caller, operation);
    const members = readRequestMembers(operation.shape, documentOf(request));
    const release = this.#occupy(operation);
    try {
      const context = this.#contextFor(request);
      const output = await refused(operation.run(members as never, context), members, context);
      logger[operation.isRead || operation.isTraffic ? 'debug' : 'info']('operation completed', {
        operation: operation.name,
        caller: caller.name,
        requestId: request.requestId,
        ...idsOf(members, output),
      });
      return toAnswer(output, request.requestId);
    } finally {
      release();
    }
  }

  #contextFor(request: ServiceRequest): OperationContext {
    const { current, clock, tokens, mocks, answerBytesMax = Number.POSITIVE_INFINITY } = this.#deps;
    const app = current();
    const context = contextOf(app);
    const { scope } = context;
    const { pollActivity = (name, poll) => app.activities.poll(name, poll) } = this.#deps;
    const { signal } = request;
    return { app, context, scope, clock, tokens, mocks, pollActivity, answerBytesMax, signal };
  }

  /** Bounds what runs at the same time; a client repeats what is refused, after a pause. */
  #occupy(operation: ServiceOperation): () => void {
    if (operation.isPoll === true) {
      if (this.#polling >= protocolLimits.longPollsMax) {
        const message = `${protocolLimits.longPollsMax} polls for work wait already`;
        throw new ServiceError('ActivityWorkerLimitExceeded', message);
      }
      this.#polling += 1;
      return () => {
        this.#polling -= 1;
      };
    }
    if (this.#running >= protocolLimits.requestsMax) {
      throw new ServiceError('ThrottlingException', 'Rate exceeded');
    }
    this.#running += 1;
    return () => {
      this.#running -= 1;
    };
  }

  #logError(error: unknown, shown: ServiceError, fields: LogFields): void {
    const { logger } = this.#deps;
    const { type, status } = shown;
    if (status < 500) logger.info('request refused', { ...fields, type, status });
    else {
      const stack = error instanceof Error ? error.stack : undefined;
      logger.error(messageOf(error), { ...fields, type, status, stack });
    }
  }
}

/** Throws AccessDeniedException for an operation that the caller may not call. */
function checkAccess({ name, readOnly, only }: Caller, operation: ServiceOperation): void {
  if (only?.has(operation.name) === false) {
    const message = `'${name}' may not call ${operation.name}`;
    throw new ServiceError('AccessDeniedException', message);
  }
  if (!readOnly || operation.isRead) return;
  const message = `'${name}' may only read; ${operation.name} changes something`;
  throw new ServiceError('AccessDeniedException', message);
}

function findOperation(request: ServiceRequest): ServiceOperation {
  const name = operationNameOf(request);
  const operation = serviceOperations.get(name);
  if (operation !== undefined) return operation;
  const message = `the API version 2016-11-23 of Step Functions has no operation '${name}'`;
  throw new ServiceError('UnknownOperationException', message);
}

/** Names in an error what the request has named. */
async function refused(
  running: Promise<object>,
  members: object,
  { scope }: OperationContext,
): Promise<object> {
  try {
    return await running;
  } catch (error) {
    const shown = toServiceError(error, { members: { ...members }, scope });
    // The original is logged.
    if (shown.status >= 500) throw error;
    throw shown;
  }
}

/** For people and health checks. */
function greeting(requestId: string): ServiceResponse {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-amzn-requestid': requestId };
  const body = "Millrace speaks Step Functions' API here: name this URL as --endpoint-url\n";
  return { status: 200, headers, body };
}

/** Members that name things; no other can be a document, or hold a secret. */
const idMembers = [
  'name',
  'stateMachineArn',
  'stateMachineVersionArn',
  'stateMachineAliasArn',
  'executionArn',
  'mapRunArn',
  'activityArn',
  'resourceArn',
] as const;

function idsOf(...documents: readonly object[]): LogFields {
  const all: Readonly<Record<string, unknown>> = Object.assign({}, ...documents);
  return Object.fromEntries(
    idMembers.flatMap((name) => {
      const value = all[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}
