import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Api } from '../api/create-api.ts';
import { problemOf } from '../api/problem.ts';
import { problemResponse } from '../api/responses.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../ports/logger.ts';
import { type Access, type CallerIdentity, unauthenticated } from './access/access.ts';
import { type ArrivalOptions, ArrivedRequest } from './http/arrived-request.ts';
import { eventStreamType, sendResponse, toRequest } from './http/exchange.ts';
import { type EventStreams, livePath } from './live/event-streams.ts';
import { type MetricsHandler, metricsPath } from './metrics/metrics-handler.ts';
import type { PageFiles } from './page/page-files.ts';
import { answerSession, sessionPath } from './session-routes.ts';

/** What {@link RequestHandler} works with. */
export interface RequestHandlerDeps {
  readonly api: Api;
  readonly access: Access;
  readonly streams: EventStreams;
  /** Null for a server without a page. */
  readonly page: PageFiles | null;
  /** Null for a process that measures nothing. */
  readonly metrics: MetricsHandler | null;
  readonly arrival: ArrivalOptions;
  readonly logger: Logger;
}

/** The path of the health check, which needs no login. */
const healthPath = '/health';

/** One request, and how to read it. */
interface Exchange {
  readonly arrived: ArrivedRequest;
  readonly requestId: string;
  readonly signal: AbortSignal;
  readonly toRequest: () => Request;
}

/** Answers the requests of a server: checks access, then calls the API, the session or the page. */
export class RequestHandler {
  readonly #deps: RequestHandlerDeps;
  readonly #running = new Set<AbortController>();

  constructor(deps: RequestHandlerDeps) {
    this.#deps = deps;
  }

  /** Answers one request. Never rejects. */
  async handle(message: IncomingMessage, target: ServerResponse): Promise<void> {
    const { logger } = this.#deps;
    const requestId = randomUUID();
    const gone = new AbortController();
    this.#running.add(gone);
    target.once('close', () => {
      this.#running.delete(gone);
      if (!target.writableFinished) gone.abort();
    });
    try {
      const response = await this.#respond(message, requestId, gone.signal);
      if (!response.headers.has('x-request-id')) response.headers.set('x-request-id', requestId);
      await sendResponse(message, target, response);
    } catch (error) {
      // The answer itself could not be sent; there is no one to send another one to.
      logger.error('answer not sent: connection closed', { requestId, error: messageOf(error) });
      target.destroy();
    }
  }

  /** Aborts the operations that run, so that those that wait end at once. */
  abort(): void {
    for (const controller of this.#running) controller.abort();
  }

  async #respond(
    message: IncomingMessage,
    requestId: string,
    signal: AbortSignal,
  ): Promise<Response> {
    const { arrival, logger } = this.#deps;
    try {
      const arrived = new ArrivedRequest(message, arrival);
      const target = `${arrived.path}${arrived.search}`;
      return await this.#route({
        arrived,
        requestId,
        signal,
        toRequest: () => toRequest(message, target, signal),
      });
    } catch (error) {
      const problem = problemOf(error, requestId);
      const fields = { requestId, status: problem.status, code: problem.code };
      if (problem.status < 500) logger.info('request refused', fields);
      else logger.error(messageOf(error), { ...fields, stack: stackOf(error) });
      return problemResponse(problem);
    }
  }

  async #route(exchange: Exchange): Promise<Response> {
    const { access, metrics, page } = this.#deps;
    const { arrived } = exchange;
    const { path, search } = arrived;
    // A browser that opens this address shows the screen of that name.
    const isHealth = path === healthPath && (page === null || !wantsHtml(arrived));
    const isApi = isHealth || path === metricsPath || path.startsWith('/v1/');
    // A health check of a container or of a load balancer knows neither names nor tokens.
    if (isHealth && search === '') return await this.#call(exchange, reader);
    access.admit(arrived);
    if (path === sessionPath) return await answerSession(access, arrived, exchange.toRequest);
    if (!isApi && page !== null) return await page.answer(arrived);
    const identity = access.identify(arrived);
    if (identity.role === null) throw unauthenticated('this path needs a login');
    if (path === metricsPath && metrics !== null) return await metrics(exchange.toRequest());
    return wantsStream(arrived)
      ? this.#stream(exchange, identity)
      : await this.#call(exchange, { ...identity, role: identity.role });
  }

  #call(
    { requestId, signal, toRequest: read }: Exchange,
    {
      caller,
      role,
    }: Pick<CallerIdentity, 'caller'> & { role: NonNullable<CallerIdentity['role']> },
  ): Promise<Response> {
    return this.#deps.api.fetch(read(), { requestId, signal, caller, role });
  }

  #stream({ arrived, signal, toRequest: read }: Exchange, { endsAt }: CallerIdentity): Response {
    return this.#deps.streams.open({
      url: read().url,
      lastEventId: arrived.header('last-event-id'),
      endsAt,
      signal,
    });
  }
}

/** What a health check may do. */
const reader = { caller: null, role: 'reader' } as const;

function wantsHtml(request: ArrivedRequest): boolean {
  return request.header('accept').includes('text/html');
}

function wantsStream(request: ArrivedRequest): boolean {
  const accepts = request.header('accept').includes(eventStreamType);
  return request.path === livePath && request.method === 'GET' && accepts;
}

function stackOf(error: unknown): string | null {
  return error instanceof Error ? (error.stack ?? null) : null;
}
