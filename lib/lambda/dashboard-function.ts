import type { Api } from '../api/create-api.ts';
import { problemOf, Refusal } from '../api/problem.ts';
import { problemResponse } from '../api/responses.ts';
import type { MillraceConfig } from '../config/config.ts';
import { envNames } from '../config/setting-sources.ts';
import { systemClock } from '../drivers/system/system-clock.ts';
import { MillraceError, messageOf } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import { ArrivedRequest, type RequestHead } from '../server/http/arrived-request.ts';
import { hostedArrival, hostedRouter } from '../server/login/hosted-router.ts';
import { oidcSettings } from '../server/login/oidc-settings.ts';
import type { Router } from '../server/router.ts';
import { type FunctionHandler, type FunctionOptions, FunctionRuntime } from './function-runtime.ts';
import { hostedResult } from './url/hosted-result.ts';
import { ServedApp } from './url/served-app.ts';
import {
  queryOf,
  respondInTime,
  type UrlEvent,
  type UrlResult,
  urlRequest,
} from './url/url-exchange.ts';

/** Options of {@link dashboardFunction}; a deployed function uses the defaults. */
export interface DashboardFunctionOptions extends FunctionOptions {
  /** @default the system clock */
  readonly clock?: Clock;
  /** Returns the text of a secret. @default that of AWS Secrets Manager */
  readonly readSecret?: (arn: string) => Promise<string>;
}

/** Time after which the secret is read again, so that a new one comes into use, in milliseconds. */
const secretMs = 10 * 60 * 1_000;

/**
 * Creates the function behind the hosted dashboard's distribution: it serves the HTTP API to people
 * whom an identity provider has logged in, with the roles that the configuration gives them. The
 * page itself comes from a bucket.
 */
export function dashboardFunction(
  config: MillraceConfig,
  options: DashboardFunctionOptions = {},
): FunctionHandler<UrlEvent, UrlResult> {
  const runtime = new FunctionRuntime(options);
  const app = new ServedApp(runtime, config);
  const front = new HostedFront(runtime, app.api, options);
  return runtime.handler(async (event, lambda) => {
    const result = await respondInTime(event, lambda, (signal) => front.respond(event, signal));
    await app.flush(lambda);
    return result;
  });
}

/** Answers the events of a distribution. */
class HostedFront {
  readonly #runtime: FunctionRuntime;
  readonly #api: Api;
  readonly #clock: Clock;
  readonly #readSecret: (arn: string) => Promise<string>;
  #opened: { readonly at: number; readonly router: Promise<Router> } | null = null;

  constructor(
    runtime: FunctionRuntime,
    api: Api,
    { clock = systemClock, readSecret = readFromSecretsManager }: DashboardFunctionOptions,
  ) {
    this.#runtime = runtime;
    this.#api = api;
    this.#clock = clock;
    this.#readSecret = readSecret;
  }

  async respond(event: UrlEvent, signal: AbortSignal): Promise<UrlResult> {
    const { requestId } = event.requestContext;
    const head = headOf(event);
    const response = await this.#route(head, requestId, () => urlRequest(event), signal);
    return await hostedResult(response, head.headers['accept-encoding'] ?? '');
  }

  async #route(
    head: RequestHead,
    requestId: string,
    toRequest: () => Request,
    signal: AbortSignal,
  ): Promise<Response> {
    try {
      const router = await this.#openRouter();
      return await router.respond(requestId, () => {
        const arrived = new ArrivedRequest(head, hostedArrival);
        return { arrived, requestId, signal, toRequest };
      });
    } catch (error) {
      // The reason may name resources of the account, and the caller is not known.
      const { logger } = this.#runtime;
      logger.error('login not opened: request refused', { requestId, error: messageOf(error) });
      const message = 'the login of this dashboard does not work: the log of its function says why';
      return problemResponse(problemOf(new Refusal('LOGIN_UNAVAILABLE', message), requestId));
    }
  }

  #openRouter(): Promise<Router> {
    const now = this.#clock.now();
    if (this.#opened !== null && now < this.#opened.at + secretMs) return this.#opened.router;
    const router = this.#createRouter().catch((error: unknown) => {
      // The next request tries again.
      this.#opened = null;
      throw error;
    });
    this.#opened = { at: now, router };
    return router;
  }

  async #createRouter(): Promise<Router> {
    const { env, logger } = this.#runtime;
    const { hostedLogin: login } = env;
    if (login === undefined) {
      throw new MillraceError(
        'INVALID_CONFIGURATION',
        `the function of the dashboard needs its login: set ${envNames.hostedLogin}`,
        { fields: { variable: envNames.hostedLogin } },
      );
    }
    const settings = oidcSettings(login, await this.#readSecret(login.clientSecretArn));
    return hostedRouter({ api: this.#api, settings, clock: this.#clock, logger });
  }
}

async function readFromSecretsManager(arn: string): Promise<string> {
  // Loaded on demand: only this function needs the client.
  const { readSecret } = await import('../drivers/secrets-manager/read-secret.ts');
  return await readSecret(arn);
}

/** Lambda keeps cookies apart from the other headers. */
function headOf(event: UrlEvent): RequestHead {
  const { rawPath, cookies, requestContext } = event;
  const cookie = cookies === undefined ? {} : { cookie: cookies.join('; ') };
  return {
    method: requestContext.http.method,
    url: `${rawPath}${queryOf(event)}`,
    headers: { ...event.headers, ...cookie },
    socket: { remoteAddress: requestContext.http.sourceIp },
  };
}
