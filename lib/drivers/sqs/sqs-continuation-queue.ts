/** The leader's own queue on SQS. Delays are whole seconds there, rounded up. */
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { ContinuationQueue } from '../../ports/continuation-queue.ts';
import { sqsFailure } from './sqs-failure.ts';

/** Time for a connection and for an answer, in milliseconds. */
const timeouts = Object.freeze({
  connectionTimeout: 2_000,
  requestTimeout: 5_000,
  throwOnRequestTimeout: true,
});

/** See this file's head. */
export class SqsContinuationQueue implements ContinuationQueue {
  readonly #url: string;
  readonly #client = new SQSClient({
    maxAttempts: 3,
    requestHandler: timeouts,
    // A local server may name its queues by a host that nobody else can look up.
    useQueueUrlAsEndpoint: false,
  });

  constructor(url: string) {
    this.#url = url;
  }

  async send(order: string, delayMs: number): Promise<void> {
    const message = { MessageBody: order, DelaySeconds: Math.ceil(delayMs / 1_000) };
    try {
      await this.#client.send(new SendMessageCommand({ QueueUrl: this.#url, ...message }));
    } catch (error) {
      throw sqsFailure(error, 'SendMessage', this.#url.slice(this.#url.lastIndexOf('/') + 1));
    }
  }
}
