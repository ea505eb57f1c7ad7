import type { CallerRole } from '../api/caller-role.ts';
import type { Api } from '../api/create-api.ts';
import { problemOf } from '../api/problem.ts';
import { problemResponse } from '../api/responses.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../ports/logger.ts';
import type { AccessControl, CallerIdentity } from './access/access.ts';
import type { ArrivedRequest } from './http/arrived-request.ts';
import { eventStreamType } from './http/exchange.ts';
import { type EventStreams, livePath } from './live/event-streams.ts';
import { type LoginRoutes, loginPath } from './login/login-routes.ts';
import { type MetricsHandler, metricsPath } from './metrics/metrics-handler.ts';
import type { PageFiles } from './page/page-files.ts';
import { answerSession, sessionPath } from './session-routes.ts';

/** What {@link Router} works with. */
export interface RouterDeps {
  readonly api: Api;
  readonly access: AccessControl;
  /** Null for a place without a process that lives: callers have to ask for changes. */
  readonly streams: EventStreams | null;
  /** Null for a server without a page. */
  readonly page: PageFiles | null;
  /** Null for a process that measures nothing. */
  readonly metrics: MetricsHandler | null;
  /** Null where no identity provider logs callers in. */
  readonly login: LoginRoutes | null;
  readonly logger: Logger;
}

/** The path of the health check, which needs no login. */
const healthPath = '/health';

/** One request, and how to read it. */
export interface Exchange {
  readonly arrived: ArrivedRequest;
  readonly requestId: string;
  readonly signal: AbortSignal;
  readonly toRequest: () => Request;
}

/** Answers requests, whatever transport brings them: checks access, then does what they ask. */
export class Router {
  readonly #deps: RouterDeps;

  constructor(deps: RouterDeps) {
    this.#deps = deps;
  }

  /** Returns the answer to a request that `arrive` returns. Never rejects. */
  async respond(requestId: string, arrive: () => Exchange): Promise<Response> {
    const { logger } = this.#deps;
    let response: Response;
    try {
      response = await this.#route(arrive());
    } catch (error) {
      const problem = problemOf(error, requestId);
      const fields = { requestId, status: problem.status, code: problem.code };
      if (problem.status < 500) logger.info('request refused', fields);
      else logger.error(messageOf(error), { ...fields, stack: stackOf(error) });
      response = problemResponse(problem);
    }
    if (!response.headers.has('x-request-id')) response.headers.set('x-request-id', requestId);
    return response;
  }

  async #route(exchange: Exchange): Promise<Response> {
    const { access, login, metrics, page } = this.#deps;
    const { arrived } = exchange;
    const { path, search } = arrived;
    // A browser that opens this address shows the screen of that name.
    const isHealth = path === healthPath && (page === null || !wantsHtml(arrived));
    const isApi = isHealth || path === metricsPath || path.startsWith('/v1/');
    // A health check of a container or of a load balancer knows neither names nor tokens.
    if (isHealth && search === '') return await this.#call(exchange, reader);
    access.admit(arrived);
    if (path === sessionPath) return await answerSession(access, arrived, exchange.toRequest);
    if (login !== null && path.startsWith(loginPath)) return await login.answer(exchange);
    if (!isApi && page !== null) return await page.answer(arrived);
    const identity = access.identify(arrived);
    const { caller, role } = identity;
    if (role === null) throw access.challenge();
    if (path === metricsPath && metrics !== null) return await metrics(exchange.toRequest());
    return this.#stream(exchange, identity) ?? (await this.#call(exchange, { caller, role }));
  }

  #call(
    { arrived, requestId, signal, toRequest: read }: Exchange,
    { caller, role }: { readonly caller: string | null; readonly role: CallerRole },
  ): Promise<Response> {
    const { origins } = arrived;
    return this.#deps.api.fetch(read(), { requestId, signal, caller, role, origins });
  }

  /** Opens a stream of events; null when none is asked for, or none can live here. */
  #stream(
    { arrived, signal, toRequest: read }: Exchange,
    { endsAt }: CallerIdentity,
  ): Response | null {
    const { streams } = this.#deps;
    if (streams === null || !wantsStream(arrived)) return null;
    const lastEventId = arrived.header('last-event-id');
    return streams.open({ url: read().url, lastEventId, endsAt, signal });
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
