import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import { messageOf } from '../../lib/errors.ts';
import type { ProxiedResponse } from '../aws-proxy/proxy-client.ts';
import type { InvocationOutcome } from '../runtime/invocation.ts';
import { evaluateBatchResponse } from './evaluate-batch-response.ts';
import type { QueueMapping } from './queue-mapping.ts';
import { type QueueMessage, toQueueRecord } from './queue-record.ts';

/** What a {@link QueuePoller} works with. */
export interface QueuePollerDeps {
  readonly mapping: QueueMapping;
  readonly queueUrl: string;
  /** How long a received message stays hidden, in milliseconds. */
  readonly visibilityMs: number;
  readonly region: string;
  /** Maximum number of batches at once. */
  readonly batchesMax: number;
  /** Calls SQS as the function's role. */
  call(action: string, request: JsonObject): Promise<ProxiedResponse>;
  invoke(payload: string): Promise<InvocationOutcome>;
  /**
   * Called with each message of an invocation that failed as a whole, which stays hidden for its
   * visibility timeout: time may pass faster than that.
   */
  onHidden?(receiptHandle: string): Promise<void>;
  /** Called with one sentence for a refused call and for a wrong response of the function. */
  onProblem(message: string): void;
  /** Called with the size of each batch and the outcome of its invocation. */
  onBatch(size: number, outcome: InvocationOutcome): void;
}

/** Maximum size of an event, metadata included, in bytes. */
const eventBytesMax = 6_000_000;

/** Wait time of a receive, in seconds. Lambda waits 20, but here stopping waits for receives. */
const receiveSeconds = 1;

/** Maximum number of attempts of a call whose answers are lost. */
const attemptsMax = 3;

/** Pause after a refused call or a throttled invocation, in milliseconds. */
const retryDelayMs = 500;

/**
 * Polls an SQS queue as Lambda does: gathers batches within the mapping's size and window, invokes
 * the function, and deletes the messages that succeeded. Failed messages become visible again after
 * their visibility timeout. All calls are made with the function's role.
 */
export class QueuePoller {
  readonly #deps: QueuePollerDeps;
  #stopping = new AbortController();
  #loops: Promise<void>[] = [];

  constructor(deps: QueuePollerDeps) {
    this.#deps = deps;
  }

  /** Starts polling, if the mapping is enabled. */
  start(): void {
    if (!this.#deps.mapping.enabled || this.#loops.length > 0) return;
    this.#stopping = new AbortController();
    const { batchesMax } = this.#deps;
    this.#loops = Array.from({ length: batchesMax }, () => this.#loop(this.#stopping.signal));
  }

  /** Stops receiving, and resolves when all running batches have ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#loops);
    this.#loops = [];
  }

  async #loop(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      const messages = await this.#gather(stopped);
      if (messages.length > 0) await this.#tryWork(messages, stopped);
    }
  }

  /** Receives up to one batch. Messages that were received before a stop are still processed. */
  async #gather(stopped: AbortSignal): Promise<QueueMessage[]> {
    const { batchSize, windowMs } = this.#deps.mapping;
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
      // Not aborted by a stop: messages that SQS has already returned would stay hidden.
      const answer = await this.#deps.call('ReceiveMessage', {
        QueueUrl: this.#deps.queueUrl,
        MaxNumberOfMessages: count,
        WaitTimeSeconds: wait,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      });
      if (answer.error === null) return parseMessages(answer.body);
      this.#deps.onProblem(`cannot receive: ${answer.message}`);
    } catch (error) {
      this.#deps.onProblem(`cannot receive: ${messageOf(error)}`);
    }
    await pause(retryDelayMs, stopped);
    return [];
  }

  /** A call whose answer is lost may have been carried out: its messages come again if not. */
  async #tryWork(messages: readonly QueueMessage[], stopped: AbortSignal): Promise<void> {
    try {
      await this.#work(messages, stopped);
    } catch (error) {
      this.#deps.onProblem(`lost the answer of a call: ${messageOf(error)}`);
    }
  }

  async #work(messages: readonly QueueMessage[], stopped: AbortSignal): Promise<void> {
    const { mapping, region, onProblem, onBatch } = this.#deps;
    const source = { arn: mapping.queueArn, region };
    const Records = messages.map((message) => toQueueRecord(message, source));
    const outcome = await this.#invoke(JSON.stringify({ Records }), stopped);
    onBatch(messages.length, outcome);
    const ids = messages.map(({ MessageId }) => MessageId);
    const { done, problem } = evaluateBatchResponse(ids, outcome, mapping.reportsFailures);
    if (problem !== null) onProblem(problem);
    const deleted = new Set(done);
    await this.#delete(messages.filter(({ MessageId }) => deleted.has(MessageId)));
    if (outcome.kind !== 'failed') return;
    await Promise.all(messages.map(({ ReceiptHandle }) => this.#deps.onHidden?.(ReceiptHandle)));
  }

  /** Retries a throttled invocation for as long as its messages stay hidden. */
  async #invoke(payload: string, stopped: AbortSignal): Promise<InvocationOutcome> {
    const visibleAt = Date.now() + this.#deps.visibilityMs;
    for (;;) {
      const outcome = await this.#deps.invoke(payload);
      if (outcome.kind !== 'throttled') return outcome;
      if (stopped.aborted || Date.now() + retryDelayMs > visibleAt) return outcome;
      await pause(retryDelayMs, stopped);
    }
  }

  async #delete(messages: readonly QueueMessage[]): Promise<void> {
    const { call, queueUrl, onProblem } = this.#deps;
    for (let start = 0; start < messages.length; start += 10) {
      const Entries = messages
        .slice(start, start + 10)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      const answer = await this.#repeat(() =>
        call('DeleteMessageBatch', { QueueUrl: queueUrl, Entries }),
      );
      if (answer.error !== null) onProblem(`cannot delete: ${answer.message}`);
    }
  }

  /** Repeats a call whose answer is lost: it may not have been carried out. */
  async #repeat(send: () => Promise<ProxiedResponse>): Promise<ProxiedResponse> {
    for (let attempts = 1; ; attempts += 1) {
      try {
        return await send();
      } catch (error) {
        if (attempts === attemptsMax) throw error;
      }
    }
  }
}

function parseMessages({ Messages }: JsonObject): QueueMessage[] {
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
