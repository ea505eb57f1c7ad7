/** Endpoints of the tests, which the SDK for JavaScript calls without a socket. */
import { Readable } from 'node:stream';
import { SFNClient } from '@aws-sdk/client-sfn';
import { expect } from 'vitest';
import type { Millrace } from '../../lib/app/millrace.ts';
import type { MillraceConfig } from '../../lib/config/config.ts';
import type { AccessKey } from '../../lib/step-functions/access-keys.ts';
import { Endpoint } from '../../lib/step-functions/endpoint.ts';
import type { MockFiles } from '../../lib/step-functions/mock-files.ts';
import type { PollActivity } from '../../lib/step-functions/operation-context.ts';
import { PageTokens, pageTokenKey } from '../../lib/step-functions/page-token.ts';
import type { ServiceRequest, ServiceResponse } from '../../lib/step-functions/protocol.ts';
import { openApp } from '../support/open-app.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';
import { faultsOfAnswer } from './sdk-schema.ts';
import { operationRequest, serviceRequest } from './service-request.ts';

/** What a test wants of its endpoint. */
export interface EndpointOptions {
  readonly config?: Partial<MillraceConfig>;
  readonly keys?: readonly AccessKey[];
  readonly origins?: readonly string[];
  readonly mocks?: MockFiles;
  readonly answerBytesMax?: number;
  readonly pollActivity?: PollActivity;
  /** Whether a worker runs what is started. @default false */
  readonly works?: boolean;
  /** @default the system's */
  readonly now?: () => number;
}

/** An endpoint, and how to call it. */
export interface OpenEndpoint {
  readonly app: Millrace;
  readonly endpoint: Endpoint;
  /** Calls the endpoint without a socket, as the SDK signs and parses. */
  readonly client: SFNClient;
  /** Calls one operation; members are sent as they are. */
  readonly call: (operation: string, members?: unknown) => Promise<Answer>;
}

/** An answer with its parsed body. */
export interface Answer extends Pick<ServiceResponse, 'status' | 'headers'> {
  // biome-ignore lint/suspicious/noExplicitAny: tests name the members that they expect
  readonly body: any;
}

/** A call as the SDK passes it to what sends it. */
export interface SdkCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** Opens an endpoint over an app in memory. */
export async function openEndpoint(options: EndpointOptions = {}): Promise<OpenEndpoint> {
  const { config = {}, keys = [], origins = [], mocks = null, works = false } = options;
  const { answerBytesMax, pollActivity } = options;
  const app = await openApp({ machines: {}, ...config });
  if (works) await app.start();
  const clock = Object.assign(new SimulatedClock(), { now: options.now ?? Date.now });
  const endpoint = new Endpoint({
    current: () => app,
    policy: {
      keys: new Map(keys.map((key) => [key.accessKeyId, key])),
      origins: new Set(origins),
      region: null,
    },
    clock,
    logger: new QuietLogger(),
    tokens: new PageTokens({ key: pageTokenKey([]), now: clock.now }),
    mocks,
    ...(answerBytesMax !== undefined && { answerBytesMax }),
    ...(pollActivity !== undefined && { pollActivity }),
  });
  const call = async (operation: string, members: unknown = {}): Promise<Answer> => {
    const { body, ...head } = await endpoint.respond(operationRequest(operation, members));
    return { ...head, body: JSON.parse(body) };
  };
  return { app, endpoint, client: sdkClient(endpoint), call };
}

/** Returns a client of the SDK whose calls an endpoint answers. */
export function sdkClient(
  endpoint: Pick<Endpoint, 'respond'>,
  credentials = { accessKeyId: 'test', secretAccessKey: 'test' },
): SFNClient {
  return new SFNClient({
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:8083',
    credentials,
    maxAttempts: 1,
    requestHandler: {
      handle: async (
        { method, path, headers, body }: SdkCall,
        passed?: { abortSignal?: object },
      ) => {
        const signal = passed?.abortSignal as AbortSignal | undefined;
        const request = serviceRequest({
          method,
          target: path,
          headers,
          ...(body !== undefined && { body }),
          ...(signal !== undefined && { signal }),
        });
        const response = await endpoint.respond(request);
        checkAnswer(request, response);
        return {
          response: {
            statusCode: response.status,
            headers: { ...response.headers, date: new Date().toUTCString() },
            body: Readable.from([response.body]),
          },
        };
      },
    },
  });
}

/** Throws unless an answer is what the SDK's schema says. */
function checkAnswer(request: ServiceRequest, { status, body }: ServiceResponse): void {
  if (status !== 200) return;
  const operation = request.header('x-amz-target')?.split('.')[1] ?? '';
  expect(faultsOfAnswer(operation, JSON.parse(body))).toEqual([]);
}
