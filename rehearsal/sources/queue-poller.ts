/**
 * Lambda's poller of an SQS queue: gathers batches within the mapping's size and window, invokes
 * the function, and deletes what its answer says is done. What failed stays where it is and becomes
 * visible when its time is over. All calls are made in the name of the function's role.
 */
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import { messageOf } from '../../lib/errors.ts';
import type { InvocationOutcome } from '../runtime/invocation.ts';
import { judgeBatch } from './batch-response.ts';
import type { ServiceAnswer } from './gate-client.ts';
import type { QueueMapping } from './queue-mapping.ts';
import { type QueueMessage, recordOf } from './queue-record.ts';

/** What the poller works with. */
export interface QueuePollerOptions {
  readonly mapping: QueueMapping;
  readonly queueUrl: string;
  /** How long a received message stays hidden, in milliseconds. */
  readonly visibilityMs: number;
  readonly region: string;
  /** Batches at once: the mapping's maximum, or what this machine bears. */
  readonly batchesMax: number;
  /** Calls SQS as the function's role. */
  call(action: string, request: JsonObject): Promise<ServiceAnswer>;
  invoke(payload: string): Promise<InvocationOutcome>;
  /** Told what is wrong: a refused call, a defect of an answer. */
  onTrouble(sentence: string): void;
  /** Told the size of each batch and how its invocation ended. */
  onBatch(size: number, outcome: InvocationOutcome): void;
}

/** The most that an event may hold, metadata included, in bytes. */
const eventBytesMax = 6_000_000;

/** How long one receive waits for messages, in seconds; Lambda waits 20, and a stop here waits. */
const receiveSeconds = 1;

/** How long to wait after a call that was refused, or a throttled invocation, in milliseconds. */
const patienceMs = 500;

/** See this file's head. */
export class QueuePoller {
  readonly #options: QueuePollerOptions;
  #stopping = new AbortController();
  #loops: Promise<void>[] = [];

  constructor(options: QueuePollerOptions) {
    this.#options = options;
  }

  /** Begins to receive; nothing when the mapping is not enabled. */
  start(): void {
    if (!this.#options.mapping.enabled || this.#loops.length > 0) return;
    this.#stopping = new AbortController();
    const { batchesMax } = this.#options;
    this.#loops = Array.from({ length: batchesMax }, () => this.#loop(this.#stopping.signal));
  }

  /** Receives no more, and resolves when the batches that run are settled. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#loops);
    this.#loops = [];
  }

  async #loop(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      const messages = await this.#gather(stopped);
      if (messages.length > 0) await this.#work(messages, stopped);
    }
  }

  /** Up to a batch; what was received before a stop is still worked on. */
  async #gather(stopped: AbortSignal): Promise<QueueMessage[]> {
    const { batchSize, windowMs } = this.#options.mapping;
    const gathered: QueueMessage[] = [];
    let bytes = 0;
    let closesAt = Number.POSITIVE_INFINITY;
    while (!stopped.aborted && gathered.length < batchSize && bytes < eventBytesMax / 2) {
      const leftMs = closesAt - Date.now();
      if (leftMs <= 0) break;
      const wait = Math.min(receiveSeconds, Math.floor(leftMs / 1_000));
      const received = await this.#receive(
        Math.min(10, batchSize - gathered.length),
        wait,
        stopped,
      );
      if (received.length > 0 && gathered.length === 0) closesAt = Date.now() + windowMs;
      if (received.length === 0 && gathered.length > 0) await pause(50, stopped);
      gathered.push(...received);
      bytes += received.reduce((sum, { Body }) => sum + Buffer.byteLength(Body), 0);
    }
    return gathered;
  }

  async #receive(count: number, wait: number, stopped: AbortSignal): Promise<QueueMessage[]> {
    try {
      // Never cut short: what SQS has handed out by then would be hidden from everybody.
      const answer = await this.#options.call('ReceiveMessage', {
        QueueUrl: this.#options.queueUrl,
        MaxNumberOfMessages: count,
        WaitTimeSeconds: wait,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      });
      if (answer.error === null) return messagesOf(answer.body);
      this.#options.onTrouble(`it cannot receive: ${answer.message}`);
    } catch (error) {
      this.#options.onTrouble(`it cannot receive: ${messageOf(error)}`);
    }
    await pause(patienceMs, stopped);
    return [];
  }

  async #work(messages: readonly QueueMessage[], stopped: AbortSignal): Promise<void> {
    const { mapping, region, onTrouble, onBatch } = this.#options;
    const source = { arn: mapping.queueArn, region };
    const Records = messages.map((message) => recordOf(message, source));
    const outcome = await this.#invoke(JSON.stringify({ Records }), stopped);
    onBatch(messages.length, outcome);
    const ids = messages.map(({ MessageId }) => MessageId);
    const { done, defect } = judgeBatch(ids, outcome, mapping.reportsFailures);
    if (defect !== null) onTrouble(defect);
    const deleted = new Set(done);
    await this.#delete(messages.filter(({ MessageId }) => deleted.has(MessageId)));
  }

  /** Tries a throttled invocation again for as long as its messages are hidden. */
  async #invoke(payload: string, stopped: AbortSignal): Promise<InvocationOutcome> {
    const visibleAt = Date.now() + this.#options.visibilityMs;
    for (;;) {
      const outcome = await this.#options.invoke(payload);
      if (outcome.kind !== 'throttled') return outcome;
      if (stopped.aborted || Date.now() + patienceMs > visibleAt) return outcome;
      await pause(patienceMs, stopped);
    }
  }

  async #delete(messages: readonly QueueMessage[]): Promise<void> {
    const { call, queueUrl, onTrouble } = this.#options;
    for (let start = 0; start < messages.length; start += 10) {
      const Entries = messages
        .slice(start, start + 10)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      const answer = await call('DeleteMessageBatch', { QueueUrl: queueUrl, Entries });
      if (answer.error !== null) onTrouble(`it cannot delete: ${answer.message}`);
    }
  }
}

function messagesOf({ Messages }: JsonObject): QueueMessage[] {
  if (!Array.isArray(Messages)) return [];
  return Messages.filter(isObject).map((message) => ({
    MessageId: String(message.MessageId),
    ReceiptHandle: String(message.ReceiptHandle),
    Body: String(message.Body),
    MD5OfBody: String(message.MD5OfBody),
    Attributes: isObject(message.Attributes) ? message.Attributes : {},
    MessageAttributes: isObject(message.MessageAttributes) ? message.MessageAttributes : {},
  }));
}

function pause(ms: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(finish, ms);
    function finish() {
      clearTimeout(timer);
      stopped.removeEventListener('abort', finish);
      resolve();
    }
    stopped.addEventListener('abort', finish);
    if (stopped.aborted) finish();
  });
}
