import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { NotificationQueue, QueuedNotification } from '../../ports/notification-queue.ts';
import { toSqsError } from './sqs-errors.ts';

/** Maximum time that one call waits for messages, in seconds; SQS allows 20. */
const waitSecondsDefault = 20;

/** Timeouts for connecting and for the response, in milliseconds. */
const timeouts = Object.freeze({
  connectionTimeout: 2_000,
  requestTimeout: 30_000,
  throwOnRequestTimeout: true,
});

/** A queue of SQS that services send events to. How often one is delivered is set at the queue. */
export class SqsNotificationQueue implements NotificationQueue {
  readonly description: string;
  readonly #url: string;
  readonly #waitSeconds: number;
  readonly #client = new SQSClient({
    maxAttempts: 3,
    requestHandler: timeouts,
    // The queue URLs of a local server may contain a host name that does not resolve here.
    useQueueUrlAsEndpoint: false,
  });

  constructor(url: string, waitSeconds: number = waitSecondsDefault) {
    this.#url = url;
    this.#waitSeconds = waitSeconds;
    this.description = url.slice(url.lastIndexOf('/') + 1);
  }

  async receive(abortSignal: AbortSignal): Promise<QueuedNotification[]> {
    const request = new ReceiveMessageCommand({
      QueueUrl: this.#url,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: this.#waitSeconds,
    });
    try {
      const { Messages = [] } = await this.#client.send(request, { abortSignal });
      return Messages.map(
        ({ MessageId: id = '', Body: body = '', ReceiptHandle: receipt = '' }) => {
          return { id, body, receipt };
        },
      );
    } catch (error) {
      if (abortSignal.aborted) return [];
      throw toSqsError(error, 'ReceiveMessage', this.description);
    }
  }

  async remove({ receipt }: QueuedNotification): Promise<void> {
    try {
      await this.#client.send(
        new DeleteMessageCommand({ QueueUrl: this.#url, ReceiptHandle: receipt }),
      );
    } catch (error) {
      throw toSqsError(error, 'DeleteMessage', this.description);
    }
  }
}
