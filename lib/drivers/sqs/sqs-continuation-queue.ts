import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { ContinuationQueue } from '../../ports/continuation-queue.ts';
import { toSqsError } from './sqs-errors.ts';

/** Timeouts for connecting and for the response, in milliseconds. */
const timeouts = Object.freeze({
  connectionTimeout: 2_000,
  requestTimeout: 5_000,
  throwOnRequestTimeout: true,
});

/** The on-demand leader's own queue on SQS. Delays are whole seconds, rounded up. */
export class SqsContinuationQueue implements ContinuationQueue {
  readonly #url: string;
  readonly #client = new SQSClient({
    maxAttempts: 3,
    requestHandler: timeouts,
    // The queue URLs of a local server may contain a host name that does not resolve here.
    useQueueUrlAsEndpoint: false,
  });

  constructor(url: string) {
    this.#url = url;
  }

  async send(request: string, delayMs: number): Promise<void> {
    const message = { MessageBody: request, DelaySeconds: Math.ceil(delayMs / 1_000) };
    try {
      await this.#client.send(new SendMessageCommand({ QueueUrl: this.#url, ...message }));
    } catch (error) {
      throw toSqsError(error, 'SendMessage', this.#url.slice(this.#url.lastIndexOf('/') + 1));
    }
  }
}
