import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Millrace } from '../../app/millrace.ts';
import { contextOf } from '../../app/millrace.ts';
import { systemClock } from '../../drivers/system/system-clock.ts';
import { MillraceError, messageOf } from '../../errors.ts';
import { MockedResults } from '../../operations/mocks/mocked-results.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { AccessKey } from '../../step-functions/access-keys.ts';
import type { CallerPolicy } from '../../step-functions/caller-access.ts';
import { Endpoint } from '../../step-functions/endpoint.ts';
import { toServiceError } from '../../step-functions/errors.ts';
import { MockFiles } from '../../step-functions/mock-files.ts';
import { PageTokens, pageTokenKey } from '../../step-functions/page-token.ts';
import { type ServiceResponse, toErrorAnswer } from '../../step-functions/protocol.ts';
import { stepFunctionsPort } from '../../step-functions/step-functions-limits.ts';
import type { FieldValidationMode } from '../../test-state/request.ts';
import { isLoopbackHost } from '../access/decide-access.ts';
import { startServer } from '../start-server.ts';
import { receiveRequest } from './receive-request.ts';

/** Options of {@link serveStepFunctions}. */
export interface StepFunctionsOptions {
  /** Returns the app that answers: `dev` replaces it. */
  readonly current: () => Millrace;
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** 0 for any free port. @default 8083 */
  readonly port?: number;
  /** The keys that sign requests. @default none: any signature, or none */
  readonly keys?: readonly AccessKey[];
  /** Origins of pages that may call it. @default none */
  readonly origins?: readonly string[];
  /** Whether requests must be signed for the region of the app. @default false */
  readonly strictRegion?: boolean;
  /** A file of mocked test cases. @default none */
  readonly mockFile?: string;
  /** How its results are checked, as TestState checks its mocks. @default NONE */
  readonly mockValidation?: FieldValidationMode;
  /** @default the system's */
  readonly clock?: Clock;
}

/** A server of Step Functions' API. */
export interface StepFunctionsServer {
  /** What clients name as the endpoint's URL. */
  readonly url: string;
  readonly port: number;
  /** Stops it: polls for work end, requests that run may finish for a while. */
  close(): Promise<void>;
}

/** A poll for work takes a minute, and its connection stays open between two. */
const limits = Object.freeze({
  headersTimeout: 75_000,
  requestTimeout: 75_000,
  keepAliveTimeout: 75_000,
});

/**
 * Serves Step Functions' API for an open app. Throws INVALID_CONFIGURATION for a place that others
 * reach without keys, or a faulty mock file; INVALID_ARGUMENT when the port cannot be opened.
 */
export async function serveStepFunctions(
  options: StepFunctionsOptions,
): Promise<StepFunctionsServer> {
  const { current, host = '127.0.0.1', port = stepFunctionsPort, clock = systemClock } = options;
  const policy = toPolicy(options, host);
  const { logger } = current();
  const secrets = [...policy.keys.values()].map(({ secretAccessKey }) => secretAccessKey).sort();
  const endpoint = new Endpoint({
    current,
    policy,
    clock,
    logger,
    tokens: new PageTokens({ key: pageTokenKey(secrets), now: () => clock.now() }),
    mocks: await openMocks(options),
  });
  const place = { host, port };
  const exchanges = new Exchanges({ endpoint, place, logger });
  const listening = await startServer(
    (message, target) => void exchanges.handle(message, target),
    { host, port, tls: null, limits },
    clock,
  );
  place.port = listening.port;
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : name}:${listening.port}`,
    port: listening.port,
    close: async () => {
      exchanges.abort();
      await listening.close();
    },
  };
}

async function openMocks(options: StepFunctionsOptions): Promise<MockFiles | null> {
  const { mockFile, mockValidation: mode = 'NONE', current } = options;
  if (mockFile === undefined) return null;
  if (mode === 'NONE') return await MockFiles.open(mockFile);
  const { folder } = contextOf(current()).app;
  return await MockFiles.open(mockFile, new MockedResults({ mode, folder }));
}

function toPolicy(options: StepFunctionsOptions, host: string): CallerPolicy {
  const { keys = [], origins = [], strictRegion = false, current } = options;
  if (keys.length === 0 && !isLoopbackHost(host)) {
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      `others than this machine reach Step Functions' API at ${host}: name the keys that sign ` +
        'their requests with --access-keys, or listen on 127.0.0.1',
    );
  }
  return {
    keys: new Map(keys.map((key) => [key.accessKeyId, key])),
    origins: new Set(origins.map(checkOrigin)),
    region: strictRegion ? contextOf(current()).scope.region : null,
  };
}

function checkOrigin(text: string): string {
  if (URL.parse(text)?.origin === text) return text;
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `--allow-origin must be an origin such as http://localhost:3000; found '${text}'`,
  );
}

/** What {@link Exchanges} works with. */
interface ExchangesDeps {
  readonly endpoint: Endpoint;
  /** The port is known when the server listens. */
  readonly place: { readonly host: string; readonly port: number };
  readonly logger: Logger;
}

/** Answers the requests of a server over its sockets. */
class Exchanges {
  readonly #deps: ExchangesDeps;
  readonly #running = new Set<AbortController>();

  constructor(deps: ExchangesDeps) {
    this.#deps = deps;
  }

  /** Answers one request. Never rejects. */
  async handle(message: IncomingMessage, target: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    const gone = new AbortController();
    this.#running.add(gone);
    target.once('close', () => {
      this.#running.delete(gone);
      if (!target.writableFinished) gone.abort();
    });
    const response = await this.#respond(message, requestId, gone.signal);
    if (target.destroyed) return;
    try {
      const bytes = Buffer.from(response.body);
      target.writeHead(response.status, {
        ...response.headers,
        // A body that was not read to its end would be taken for the next request.
        ...(!message.complete && { connection: 'close' }),
        ...(response.status !== 204 && { 'content-length': bytes.length }),
      });
      target.end(message.method === 'HEAD' ? undefined : bytes);
    } catch (error) {
      // The answer itself could not be sent; there is no one to send another one to.
      const fields = { requestId, error: messageOf(error) };
      this.#deps.logger.error('answer not sent: connection closed', fields);
      target.destroy();
    }
  }

  /** Aborts the polls that wait, so that they end at once. */
  abort(): void {
    for (const controller of this.#running) controller.abort();
  }

  async #respond(
    message: IncomingMessage,
    requestId: string,
    signal: AbortSignal,
  ): Promise<ServiceResponse> {
    const { endpoint, place } = this.#deps;
    try {
      return await endpoint.respond(await receiveRequest({ message, requestId, signal, place }));
    } catch (error) {
      return toErrorAnswer(toServiceError(error), requestId);
    }
  }
}
