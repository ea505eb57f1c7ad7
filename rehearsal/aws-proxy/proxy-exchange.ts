import type { Agent, IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '../../lib/errors.ts';
import { type Authorization, authorize } from './authorize.ts';
import type { AwsProxyContext, ServiceBackend } from './aws-proxy-context.ts';
import type { AwsRequest } from './aws-request.ts';
import { readCredentialScope } from './credential-scope.ts';
import { forward, forwardableHeaders } from './forward.ts';
import { isMultiDelete, parseObjectPath } from './operations/read-s3-operation.ts';
import type { CallOutcome, CheckedPermission, CreatedObject, ProxiedCall } from './proxied-call.ts';
import type { ProxyCaller } from './proxy-caller.ts';
import type { ProxyFaults } from './proxy-faults.ts';
import {
  accessDenied,
  errorReply,
  type ServiceFailure,
  type ServiceReply,
  throttled,
  unknownOperation,
} from './service-replies.ts';

/** What a {@link ProxyExchange} works with. */
export interface ProxyExchangeDeps {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: AwsProxyContext;
  readonly account: string;
  /** The callers by access key. */
  readonly callers: ReadonlyMap<string, ProxyCaller>;
  readonly faults: ProxyFaults;
  readonly agent: Agent;
  /** The proxy's URL. */
  readonly url: string;
}

/** The record of a call, without what the proxy itself adds. */
type CallRecord = Omit<ProxiedCall, 'number' | 'at' | 'ms'>;

/** More than any service of AWS accepts in a request that the proxy reads, in bytes. */
const bodyBytesMax = 16 * 1024 * 1024;

/** The operations whose answers contain URLs of queues. */
const returnsQueueUrls: ReadonlySet<string> = new Set(['CreateQueue', 'GetQueueUrl', 'ListQueues']);

/** One call through the proxy, from its first byte to its record. */
export class ProxyExchange {
  readonly #deps: ProxyExchangeDeps;
  readonly #gone = new AbortController();
  #service = '?';
  #caller: ProxyCaller | undefined;

  constructor(deps: ProxyExchangeDeps) {
    this.#deps = deps;
    const { response } = deps;
    response.once('close', () => {
      if (!response.writableFinished) this.#gone.abort();
    });
  }

  /** Answers the call and returns its record. Never throws: an error becomes the outcome. */
  async run(): Promise<CallRecord> {
    let operation = '?';
    let permissions: readonly CheckedPermission[] = [];
    try {
      const aws = await this.#read();
      if (aws === undefined) return this.#refuse('?', [], 'refused', unsigned);
      const { context, callers } = this.#deps;
      this.#caller = callers.get(aws.accessKeyId);
      const authorization = authorize(aws, this.#caller, context);
      operation = authorization.operation;
      permissions = authorization.kind === 'refused' ? [] : authorization.permissions;
      if (authorization.kind !== 'allowed') {
        return this.#refuse(operation, permissions, authorization.kind, authorization.failure);
      }
      return await this.#serve(aws, authorization);
    } catch (error) {
      this.#deps.response.destroy();
      return this.#record(operation, permissions, 'broken', { message: messageOf(error) });
    }
  }

  /** Reads the request as far as its operation requires; undefined when it is not signed. */
  async #read(): Promise<AwsRequest | undefined> {
    const { request, account } = this.#deps;
    const { method = 'GET', headers } = request;
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://proxy');
    const scope = readCredentialScope(headers, query);
    if (scope === undefined) return undefined;
    this.#service = scope.service;
    const streams = scope.service === 's3' && !isMultiDelete(method, query);
    const body = streams ? Buffer.alloc(0) : await readBody(request);
    return { ...scope, account, method, path: pathname, query, headers, body };
  }

  /** Serves an authorized request, unless a fault is injected. */
  async #serve(
    aws: AwsRequest,
    { caller, operation, permissions }: Authorization & { kind: 'allowed' },
  ): Promise<CallRecord> {
    const { faults, context } = this.#deps;
    const hit = faults.take(aws.service, operation, caller.name);
    for (const { delayMs = 0 } of hit) {
      if (delayMs > 0) await wait(delayMs, undefined, { signal: this.#gone.signal });
    }
    if (hit.some(({ kind }) => kind === 'throttle')) {
      return this.#refuse(operation, permissions, 'throttled', throttled(aws.service));
    }
    const backend = context.backends[aws.service];
    if (backend === undefined) {
      const failure = unknownOperation(aws.service, operation);
      return this.#refuse(operation, permissions, 'refused', failure);
    }
    if (hit.some(({ kind }) => kind === 'cut')) {
      await this.#loseAnswer(aws, backend, caller);
      return this.#record(operation, permissions, 'cut', {});
    }
    if (typeof backend !== 'string') {
      const reply = await backend(aws, caller);
      this.#send(reply);
      return this.#record(operation, permissions, 'answered', { status: reply.status });
    }
    return this.#relay(aws, operation, permissions, await this.#forward(aws, backend));
  }

  #forward(aws: AwsRequest, backend: string): Promise<IncomingMessage> {
    const { request, agent } = this.#deps;
    const { method, headers, body } = aws;
    const streams = aws.service === 's3' && !isMultiDelete(method, aws.query);
    const forwarded = { method, url: request.url ?? '/', headers, body: streams ? request : body };
    return forward(backend, { ...forwarded, signal: this.#gone.signal }, agent);
  }

  /** Lets the backend do its work, and closes the connection without an answer. */
  async #loseAnswer(aws: AwsRequest, backend: ServiceBackend, caller: ProxyCaller): Promise<void> {
    if (typeof backend === 'string') await readBody(await this.#forward(aws, backend));
    else await backend(aws, caller);
    this.#deps.response.destroy();
  }

  /** Relays the answer of a backend, and records the object that it created. */
  async #relay(
    aws: AwsRequest,
    operation: string,
    permissions: readonly CheckedPermission[],
    reply: IncomingMessage,
  ): Promise<CallRecord> {
    const { response } = this.#deps;
    const status = reply.statusCode ?? 502;
    const listing = status === 404 ? this.#checkListPermission(aws, operation) : undefined;
    if (listing !== undefined && !listing.decision.allowed) {
      reply.resume();
      const failure = accessDenied('s3', listing.decision.message);
      return this.#refuse(operation, [...permissions, listing], 'denied', failure);
    }
    const headers = forwardableHeaders(reply.headers);
    if (operation === 'GetObject') {
      response.writeHead(status, headers);
      await pipeline(reply, response);
      return this.#record(operation, permissions, 'answered', { status });
    }
    const received = await readBody(reply);
    const body = this.#rewriteQueueUrls(operation, received);
    const length = aws.method === 'HEAD' ? {} : { 'content-length': body.length };
    this.#send({ status, headers: { ...headers, ...length }, body });
    const created = status === 200 ? findCreatedObject(aws, operation, reply, body) : undefined;
    const more = created === undefined ? { status } : { status, created };
    return this.#record(operation, permissions, 'answered', more);
  }

  /** S3 denies access to a missing object unless the caller may list the bucket. */
  #checkListPermission(aws: AwsRequest, operation: string): CheckedPermission | undefined {
    if (operation !== 'GetObject' && operation !== 'HeadObject') return undefined;
    const resource = `arn:aws:s3:::${parseObjectPath(aws).bucket}`;
    const principal = this.#caller?.principal ?? { kind: 'anonymous' };
    const required = { action: 's3:ListBucket', resource };
    return { ...required, decision: this.#deps.context.access.decide({ ...required, principal }) };
  }

  /** Queues must be called through the proxy, not at the address of their server. */
  #rewriteQueueUrls(operation: string, body: Buffer): Buffer {
    if (!returnsQueueUrls.has(operation)) return body;
    const { account, url } = this.#deps;
    const serverUrls = new RegExp(`"https?://[^/"]+/${account}/`, 'g');
    return Buffer.from(body.toString('utf8').replaceAll(serverUrls, `"${url}/${account}/`));
  }

  #refuse(
    operation: string,
    permissions: readonly CheckedPermission[],
    outcome: CallOutcome,
    failure: ServiceFailure,
  ): CallRecord {
    const { request } = this.#deps;
    request.resume();
    this.#send(errorReply(this.#service, failure, request.headers['content-type']));
    const { status, message } = failure;
    return this.#record(operation, permissions, outcome, { status, message });
  }

  #send({ status, headers, body }: ServiceReply): void {
    const { request, response } = this.#deps;
    response.writeHead(status, headers);
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  #record(
    operation: string,
    permissions: readonly CheckedPermission[],
    outcome: CallOutcome,
    more: Pick<CallRecord, 'status' | 'message' | 'created'>,
  ): CallRecord {
    return {
      service: this.#service,
      operation,
      resource: permissions[0]?.resource ?? '*',
      permissions,
      outcome,
      ...(this.#caller === undefined ? {} : { caller: this.#caller.name }),
      ...more,
    };
  }
}

const unsigned: ServiceFailure = {
  code: 'MissingAuthenticationToken',
  status: 403,
  message: 'Request is missing Authentication Token',
};

/** Returns the object that a request has put into a bucket; undefined when it has not. */
function findCreatedObject(
  aws: AwsRequest,
  operation: string,
  reply: IncomingMessage,
  body: Buffer,
): CreatedObject | undefined {
  const { bucket, key } = parseObjectPath(aws);
  const etag = (reply.headers.etag ?? '').replaceAll('"', '');
  if (operation === 'PutObject') {
    const { 'x-amz-decoded-content-length': decoded, 'content-length': sent } = aws.headers;
    return { bucket, key, etag, size: Number(decoded ?? sent ?? 0) };
  }
  if (operation !== 'CopyObject' && operation !== 'CompleteMultipartUpload') return undefined;
  const [, found = ''] = /<ETag>(?:&quot;|")?([^<"&]*)/.exec(body.toString('utf8')) ?? [];
  return { bucket, key, etag: found };
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > bodyBytesMax) throw new Error(`the body is larger than ${bodyBytesMax} bytes`);
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}
