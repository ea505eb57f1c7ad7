import type { Context, SQSBatchResponse } from 'aws-lambda';
import { createOnDemandLeader } from '../app/compose/create-on-demand-leader.ts';
import { isScheduledId } from '../batch/schedule/requested-batch-id.ts';
import type { MillraceConfig } from '../config/config.ts';
import { envNames } from '../config/setting-sources.ts';
import { SqsContinuationQueue } from '../drivers/sqs/sqs-continuation-queue.ts';
import { hasCode, MillraceError, messageOf } from '../errors.ts';
import type { AppContext } from '../operations/app-context.ts';
import { requestedBatches } from '../operations/triggers/requested-batches.ts';
import { startRequestedBatch } from '../operations/triggers/start-requested-batch.ts';
import type { ChangeOrigin } from '../ports/store/order-store.ts';
import type { OnDemandLeader } from '../roles/on-demand-leader.ts';
import { batchResponse } from './batch-response.ts';
import { type FunctionApp, functionHandler } from './function-handler.ts';
import type { FunctionHandler, FunctionOptions } from './function-runtime.ts';
import {
  findLeaderMessages,
  type LeaderInput,
  type LeaderMessage,
  readLeaderInput,
  readLeaderMessage,
} from './leader-event.ts';

interface LeaderFunctionDeps {
  readonly context: AppContext;
  readonly leader: OnDemandLeader;
}

/** Minimum time left to handle a message, in milliseconds; with less it is delivered again. */
const messageMs = 15_000;

/**
 * Creates the leader function, which schedules, the bus, S3 and its own queue invoke. It starts a
 * requested batch once, however often it is requested, and leads the batches of the app. A message
 * to its own queue continues what is not finished before the timeout.
 *
 * A batch that cannot be started (an unknown name, a missing source) fails the invocation: Lambda
 * retries it as configured, and then keeps the event as a failure.
 */
export function leaderFunction(
  config: MillraceConfig,
  options?: FunctionOptions,
): FunctionHandler<unknown, SQSBatchResponse | null> {
  return functionHandler(config, { prepare, handle: lead }, options);
}

function prepare({ context, env: { leaderQueueUrl } }: FunctionApp) {
  if (leaderQueueUrl === undefined) {
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      `a leader continues by messages to its own queue: set ${envNames.leaderQueueUrl} to its URL`,
      { fields: { variable: envNames.leaderQueueUrl } },
    );
  }
  const queue = new SqsContinuationQueue(leaderQueueUrl);
  return { context, leader: createOnDemandLeader(context, queue) };
}

async function lead(
  deps: LeaderFunctionDeps,
  event: unknown,
  lambda: Context,
): Promise<SQSBatchResponse | null> {
  const messages = findLeaderMessages(event);
  if (messages === null) {
    await handleInput(deps, readLeaderInput(event), lambda);
    return null;
  }
  const failed: LeaderMessage[] = [];
  for (const message of messages) {
    if (lambda.getRemainingTimeInMillis() < messageMs) failed.push(message);
    else if (!(await handleMessage(deps, message, lambda))) failed.push(message);
  }
  return batchResponse(failed);
}

/** Returns false when the message must be delivered again; SQS dead-letters it after some time. */
async function handleMessage(
  deps: LeaderFunctionDeps,
  message: LeaderMessage,
  lambda: Context,
): Promise<boolean> {
  try {
    await handleInput(deps, readLeaderMessage(message), lambda);
    return true;
  } catch (error) {
    const { messageId } = message;
    const code = hasCode(error) ? error.code : undefined;
    const fields = { messageId, code, error: messageOf(error) };
    deps.context.logger.error('leader request failed: it will be delivered again', fields);
    return false;
  }
}

async function handleInput(
  deps: LeaderFunctionDeps,
  input: LeaderInput,
  lambda: Context,
): Promise<void> {
  const { context, leader } = deps;
  const requestId = lambda.awsRequestId;
  if (input.kind === 'batch' || input.kind === 'object') {
    for (const requested of requestedBatches(input, context.app.batches)) {
      await startRequestedBatch(context, requested, {
        by: null,
        ...channelOf(input),
        requestId,
      });
      await context.leaderSchedule.turnOn();
    }
  }
  if (input.kind === 'tick') context.metrics.count('leaderTicks');
  const { predecessor, pausedMs = 0 } = input.kind === 'continue' ? input : anyBatch;
  const led = await leader.call({
    predecessor,
    pausedMs,
    mayRest: input.kind === 'tick',
    remainingMs: lambda.getRemainingTimeInMillis(),
  });
  context.metrics.gauge('batchesLed', led);
}

/** A schedule writes its time as the id, events bring one of their own. */
function channelOf(input: LeaderInput): Pick<ChangeOrigin, 'via'> {
  const isScheduled = input.kind === 'batch' && isScheduledId(input.id);
  return { via: isScheduled ? 'schedule' : 'event' };
}

/** Leads every free batch, instead of the batches of a predecessor. */
const anyBatch: { readonly predecessor: string | null; readonly pausedMs?: number } = {
  predecessor: null,
};
