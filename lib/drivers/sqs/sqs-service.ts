import type { SQS } from '@aws-sdk/client-sqs';
import { notInstalled } from '../shared/missing-package.ts';
import { type SqsAction, toSqsError } from './sqs-errors.ts';

/** Names and location of the queues. */
export interface SqsServiceOptions {
  /** Prefix of all queue names. @default 'millrace-' */
  readonly queuePrefix?: string;
  /** URLs of queues with other names, by queue; each with its dead-letter queue's. */
  readonly urls?: Readonly<Record<string, { readonly queue: string; readonly dead: string }>>;
  /** The URL of a server with SQS's protocol. */
  readonly endpoint?: string;
  readonly region?: string;
}

/** Defaults of {@link SqsServiceOptions}. */
const sqsDefaults = Object.freeze({ queuePrefix: 'millrace-' });

/** One of the two SQS queues of a Millrace queue: its messages, or its dead letters. */
export interface SqsQueueRef {
  readonly queue: string;
  readonly dead: boolean;
}

/** Options of one call of the client. */
interface CallOptions {
  readonly abortSignal: AbortSignal;
}

/**
 * Timeouts for connecting and for the response (the longest poll takes 20 s), in milliseconds: an
 * address that never responds would block a worker forever.
 */
const timeouts = Object.freeze({
  connectionTimeout: 5_000,
  requestTimeout: 40_000,
  throwOnRequestTimeout: true,
});

/** Maximum time for a call with the SDK's retries, in milliseconds; a receive also waits. */
const callMsMax = 10_000;
const receiveMsMax = 30_000;

/**
 * SQS as this driver calls it: the SDK's client, the queues' URLs, and errors of Millrace. Region,
 * endpoint and credentials come from the AWS environment unless the options set them.
 */
export class SqsService {
  readonly #client: SQS;
  readonly #options: SqsServiceOptions;
  readonly #urls = new Map<string, Promise<string>>();
  readonly #closing = new AbortController();

  constructor(client: SQS, options: SqsServiceOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Makes a call for one queue. Throws the error of {@link toSqsError}. */
  async call<Answer>(
    action: SqsAction,
    ref: SqsQueueRef,
    run: (client: SQS, QueueUrl: string, options: CallOptions) => Promise<Answer>,
  ): Promise<Answer> {
    const url = await this.#url(ref);
    return this.#try(action, ref, (options) => run(this.#client, url, options));
  }

  /** Creates a queue. */
  async create(ref: SqsQueueRef, Attributes: Record<string, string>): Promise<void> {
    const QueueName = this.toQueueName(ref);
    await this.#try('CreateQueue', ref, (options) =>
      this.#client.createQueue({ QueueName, Attributes }, options),
    );
  }

  /** Returns the name of the queue on SQS. */
  toQueueName({ queue, dead }: SqsQueueRef): string {
    const url = this.#configuredUrl({ queue, dead });
    if (url !== undefined) return url.slice(url.lastIndexOf('/') + 1);
    return `${this.#options.queuePrefix ?? sqsDefaults.queuePrefix}${queue}${dead ? '-dead' : ''}`;
  }

  /** Aborts the calls under way. */
  close(): void {
    this.#closing.abort();
    this.#client.destroy();
  }

  async #try<Answer>(
    action: SqsAction,
    ref: SqsQueueRef,
    run: (options: CallOptions) => Promise<Answer>,
  ): Promise<Answer> {
    const limitMs = action === 'ReceiveMessage' ? receiveMsMax : callMsMax;
    const deadline = AbortSignal.timeout(limitMs);
    try {
      return await run({ abortSignal: AbortSignal.any([this.#closing.signal, deadline]) });
    } catch (error) {
      const reason = deadline.aborted ? new Error(`no answer within ${limitMs / 1_000} s`) : error;
      throw toSqsError(reason, action, this.toQueueName(ref));
    }
  }

  #configuredUrl({ queue, dead }: SqsQueueRef): string | undefined {
    const { urls = {} } = this.#options;
    if (!Object.hasOwn(urls, queue)) return undefined;
    return dead ? urls[queue]?.dead : urls[queue]?.queue;
  }

  /** Looks the URL up once; a failed lookup is repeated. */
  #url(ref: SqsQueueRef): Promise<string> {
    const name = this.toQueueName(ref);
    const known = this.#urls.get(name);
    if (known !== undefined) return known;
    const url = this.#findUrl(ref, name);
    this.#urls.set(name, url);
    url.catch(() => this.#urls.delete(name));
    return url;
  }

  async #findUrl(ref: SqsQueueRef, QueueName: string): Promise<string> {
    const configured = this.#configuredUrl(ref);
    if (configured !== undefined) return configured;
    const { QueueUrl = '' } = await this.#try('GetQueueUrl', ref, (options) =>
      this.#client.getQueueUrl({ QueueName }, options),
    );
    return QueueUrl;
  }
}

/**
 * Loads the SDK's client and creates the service. Throws `INVALID_CONFIGURATION` if the client is
 * not installed.
 */
export async function openSqsService(options: SqsServiceOptions): Promise<SqsService> {
  const { SQS } = await import('@aws-sdk/client-sqs').catch(
    notInstalled('the broker sqs', '@aws-sdk/client-sqs'),
  );
  const { region, endpoint } = options;
  const client = new SQS({
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    // The queue URLs of a local server may contain a host name that does not resolve here.
    useQueueUrlAsEndpoint: false,
    requestHandler: timeouts,
  });
  return new SqsService(client, options);
}
