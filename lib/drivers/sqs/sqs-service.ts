/**
 * SQS as this driver calls it: the SDK's client, opened when it is wanted, the queues' URLs, and
 * errors in Millrace's words. Region, endpoint and credentials are found as every AWS tool finds
 * them, unless the options say otherwise.
 */
import type { SQS } from '@aws-sdk/client-sqs';
import { notInstalled } from '../shared/missing-package.ts';
import { type SqsAction, sqsFailure } from './sqs-failure.ts';

/** Which queues, and where they are. */
export interface SqsServiceOptions {
  /** What the names of all queues begin with. @default 'millrace-' */
  readonly queuePrefix?: string;
  /** URLs of queues that are called otherwise, by queue; each with its dead-letter queue's. */
  readonly urls?: Readonly<Record<string, { readonly queue: string; readonly dead: string }>>;
  /** The URL of a server that speaks SQS's protocol. */
  readonly endpoint?: string;
  readonly region?: string;
}

/** What is not given. */
const sqsDefaults = Object.freeze({ queuePrefix: 'millrace-' });

/** A queue, or the dead letters of a queue. */
export interface Place {
  readonly queue: string;
  readonly dead: boolean;
}

/** What a call passes on to the client beside its request. */
interface CallOptions {
  readonly abortSignal: AbortSignal;
}

/**
 * Time for a connection, and for an answer (the longest poll takes 20 s), in milliseconds: an
 * address that answers nothing would hold a worker for ever.
 */
const timeouts = Object.freeze({
  connectionTimeout: 5_000,
  requestTimeout: 40_000,
  throwOnRequestTimeout: true,
});

/** See this file's head. */
export class SqsService {
  readonly #client: SQS;
  readonly #options: SqsServiceOptions;
  readonly #urls = new Map<string, Promise<string>>();
  readonly #closing = new AbortController();

  constructor(client: SQS, options: SqsServiceOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Makes a call about one queue. Throws what {@link sqsFailure} makes of its failure. */
  async call<Answer>(
    action: SqsAction,
    place: Place,
    run: (client: SQS, QueueUrl: string, options: CallOptions) => Promise<Answer>,
  ): Promise<Answer> {
    const url = await this.#url(place);
    return this.#try(action, place, (options) => run(this.#client, url, options));
  }

  /** Creates a queue by its name. */
  async create(place: Place, Attributes: Record<string, string>): Promise<void> {
    const QueueName = this.nameOf(place);
    await this.#try('CreateQueue', place, (options) =>
      this.#client.createQueue({ QueueName, Attributes }, options),
    );
  }

  /** What AWS calls the queue. */
  nameOf({ queue, dead }: Place): string {
    const url = this.#givenUrl({ queue, dead });
    if (url !== undefined) return url.slice(url.lastIndexOf('/') + 1);
    return `${this.#options.queuePrefix ?? sqsDefaults.queuePrefix}${queue}${dead ? '-dead' : ''}`;
  }

  /** Ends every call that waits. */
  close(): void {
    this.#closing.abort();
    this.#client.destroy();
  }

  async #try<Answer>(
    action: SqsAction,
    place: Place,
    run: (options: CallOptions) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await run({ abortSignal: this.#closing.signal });
    } catch (error) {
      throw sqsFailure(error, action, this.nameOf(place));
    }
  }

  #givenUrl({ queue, dead }: Place): string | undefined {
    const { urls = {} } = this.#options;
    if (!Object.hasOwn(urls, queue)) return undefined;
    return dead ? urls[queue]?.dead : urls[queue]?.queue;
  }

  /** Asked for once; again when it could not be told. */
  #url(place: Place): Promise<string> {
    const name = this.nameOf(place);
    const known = this.#urls.get(name);
    if (known !== undefined) return known;
    const url = this.#findUrl(place, name);
    this.#urls.set(name, url);
    url.catch(() => this.#urls.delete(name));
    return url;
  }

  async #findUrl(place: Place, QueueName: string): Promise<string> {
    const given = this.#givenUrl(place);
    if (given !== undefined) return given;
    const { QueueUrl = '' } = await this.#try('GetQueueUrl', place, (options) =>
      this.#client.getQueueUrl({ QueueName }, options),
    );
    return QueueUrl;
  }
}

/** Throws `INVALID_CONFIGURATION` when the SDK's client is not installed. */
export async function openSqsService(options: SqsServiceOptions): Promise<SqsService> {
  const { SQS } = await import('@aws-sdk/client-sqs').catch(
    notInstalled('the broker sqs', '@aws-sdk/client-sqs'),
  );
  const { region, endpoint } = options;
  const client = new SQS({
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    // A local server may name its queues by a host that nobody else can look up.
    useQueueUrlAsEndpoint: false,
    requestHandler: timeouts,
  });
  return new SqsService(client, options);
}
