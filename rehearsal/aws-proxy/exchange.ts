/** One call at the gate, from its first byte to its record. */
import type { Agent, IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '../../lib/errors.ts';
import type { AwsRequest } from './aws-request.ts';
import { isDeletion, locationOf } from './demands/s3-demand.ts';
import type { Faults } from './faults.ts';
import { forward, headersToPass } from './forward.ts';
import type { AwsProxyContext, Backend } from './gate.ts';
import type { CallOutcome, CreatedObject, GateCall, Permission } from './gate-call.ts';
import { type Caller, type Judgement, judge } from './judge.ts';
import {
  deniedBy,
  errorReply,
  type ServiceFailure,
  type ServiceReply,
  throttledBy,
  unknownOperation,
} from './service-errors.ts';
import { credentialScopeOf } from './signature.ts';

/** What an exchange works with. */
export interface ExchangeOptions {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: AwsProxyContext;
  readonly account: string;
  /** By access key. */
  readonly callers: ReadonlyMap<string, Caller>;
  readonly faults: Faults;
  readonly agent: Agent;
  /** The gate's own URL. */
  readonly url: string;
}

/** A record without what the gate itself adds. */
type Seen = Omit<GateCall, 'number' | 'at' | 'ms'>;

/** More than any service of AWS takes in one request that the gate reads; bytes. */
const bodyBytesMax = 16 * 1024 * 1024;

/** The operations whose answers hold URLs of queues. */
const tellsUrls: ReadonlySet<string> = new Set(['CreateQueue', 'GetQueueUrl', 'ListQueues']);

/** See this file's head. */
export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #gone = new AbortController();
  #service = '?';
  #caller: Caller | undefined;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    const { response } = options;
    response.once('close', () => {
      if (!response.writableFinished) this.#gone.abort();
    });
  }

  /** Answers, and says what was seen. Never throws: what breaks is the record's outcome. */
  async run(): Promise<Seen> {
    let operation = '?';
    let permissions: readonly Permission[] = [];
    try {
      const aws = await this.#read();
      if (aws === undefined) return this.#refuse('?', [], 'refused', unsigned);
      const { context, callers } = this.#options;
      this.#caller = callers.get(aws.accessKeyId);
      const judgement = judge(aws, this.#caller, context);
      operation = judgement.operation;
      permissions = judgement.kind === 'refused' ? [] : judgement.permissions;
      if (judgement.kind !== 'allowed') {
        return this.#refuse(operation, permissions, judgement.kind, judgement.failure);
      }
      return await this.#pass(aws, judgement);
    } catch (error) {
      this.#options.response.destroy();
      return this.#seen(operation, permissions, 'broken', { message: messageOf(error) });
    }
  }

  /** Reads what tells the operation; undefined when nobody signed it. */
  async #read(): Promise<AwsRequest | undefined> {
    const { request, account } = this.#options;
    const { method = 'GET', headers } = request;
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://gate');
    const scope = credentialScopeOf(headers, query);
    if (scope === undefined) return undefined;
    this.#service = scope.service;
    const streams = scope.service === 's3' && !isDeletion(method, query);
    const body = streams ? Buffer.alloc(0) : await readBody(request);
    return { ...scope, account, method, path: pathname, query, headers, body };
  }

  /** Does what is allowed, unless a fault comes in between. */
  async #pass(
    aws: AwsRequest,
    { caller, operation, permissions }: Judgement & { kind: 'allowed' },
  ): Promise<Seen> {
    const { faults, context } = this.#options;
    const hit = faults.take(aws.service, operation, caller.name);
    for (const { delayMs = 0 } of hit) {
      if (delayMs > 0) await wait(delayMs, undefined, { signal: this.#gone.signal });
    }
    if (hit.some(({ kind }) => kind === 'throttle')) {
      return this.#refuse(operation, permissions, 'throttled', throttledBy(aws.service));
    }
    const backend = context.backends[aws.service];
    if (backend === undefined) {
      const failure = unknownOperation(aws.service, operation);
      return this.#refuse(operation, permissions, 'refused', failure);
    }
    if (hit.some(({ kind }) => kind === 'cut')) {
      await this.#askAndLose(aws, backend, caller);
      return this.#seen(operation, permissions, 'cut', {});
    }
    if (typeof backend !== 'string') {
      const reply = await backend(aws, caller);
      this.#send(reply);
      return this.#seen(operation, permissions, 'answered', { status: reply.status });
    }
    return this.#relay(aws, operation, permissions, await this.#forward(aws, backend));
  }

  #forward(aws: AwsRequest, backend: string): Promise<IncomingMessage> {
    const { request, agent } = this.#options;
    const { method, headers, body } = aws;
    const streams = aws.service === 's3' && !isDeletion(method, aws.query);
    const forwarded = { method, url: request.url ?? '/', headers, body: streams ? request : body };
    return forward(backend, { ...forwarded, signal: this.#gone.signal }, agent);
  }

  async #askAndLose(aws: AwsRequest, backend: Backend, caller: Caller): Promise<void> {
    if (typeof backend === 'string') await readBody(await this.#forward(aws, backend));
    else await backend(aws, caller);
    this.#options.response.destroy();
  }

  /** Passes an answer on, and sees what the rehearsal must know of it. */
  async #relay(
    aws: AwsRequest,
    operation: string,
    permissions: readonly Permission[],
    reply: IncomingMessage,
  ): Promise<Seen> {
    const { response } = this.#options;
    const status = reply.statusCode ?? 502;
    const listing = status === 404 ? this.#mayKnowAbsent(aws, operation) : undefined;
    if (listing !== undefined && !listing.decision.allowed) {
      reply.resume();
      const failure = deniedBy('s3', listing.decision.message);
      return this.#refuse(operation, [...permissions, listing], 'denied', failure);
    }
    const headers = headersToPass(reply.headers);
    if (operation === 'GetObject') {
      response.writeHead(status, headers);
      await pipeline(reply, response);
      return this.#seen(operation, permissions, 'answered', { status });
    }
    const received = await readBody(reply);
    const body = this.#withOwnUrls(operation, received);
    const length = aws.method === 'HEAD' ? {} : { 'content-length': body.length };
    this.#send({ status, headers: { ...headers, ...length }, body });
    const created = status === 200 ? createdBy(aws, operation, reply, body) : undefined;
    const more = created === undefined ? { status } : { status, created };
    return this.#seen(operation, permissions, 'answered', more);
  }

  /** Who may not list a bucket is not told that an object is absent, but denied. */
  #mayKnowAbsent(aws: AwsRequest, operation: string): Permission | undefined {
    if (operation !== 'GetObject' && operation !== 'HeadObject') return undefined;
    const resource = `arn:aws:s3:::${locationOf(aws).bucket}`;
    const principal = this.#caller?.principal ?? { kind: 'anonymous' };
    const need = { action: 's3:ListBucket', resource };
    return { ...need, decision: this.#options.context.access.decide({ ...need, principal }) };
  }

  /** Queues are reached through the gate, whatever their server says. */
  #withOwnUrls(operation: string, body: Buffer): Buffer {
    if (!tellsUrls.has(operation)) return body;
    const { account, url } = this.#options;
    const theirs = new RegExp(`"https?://[^/"]+/${account}/`, 'g');
    return Buffer.from(body.toString('utf8').replaceAll(theirs, `"${url}/${account}/`));
  }

  #refuse(
    operation: string,
    permissions: readonly Permission[],
    outcome: CallOutcome,
    failure: ServiceFailure,
  ): Seen {
    const { request } = this.#options;
    request.resume();
    this.#send(errorReply(this.#service, failure, request.headers['content-type']));
    const { status, message } = failure;
    return this.#seen(operation, permissions, outcome, { status, message });
  }

  #send({ status, headers, body }: ServiceReply): void {
    const { request, response } = this.#options;
    response.writeHead(status, headers);
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  #seen(
    operation: string,
    permissions: readonly Permission[],
    outcome: CallOutcome,
    more: Pick<Seen, 'status' | 'message' | 'created'>,
  ): Seen {
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

/** The object that a request has put into a bucket, if it has. */
function createdBy(
  aws: AwsRequest,
  operation: string,
  reply: IncomingMessage,
  body: Buffer,
): CreatedObject | undefined {
  const { bucket, key } = locationOf(aws);
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
