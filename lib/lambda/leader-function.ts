/**
 * The leader as a function: schedules, the bus, S3 and its own queue call it. It starts the batches
 * that it is asked for, once each however often it is asked, and leads what there is to lead; what
 * goes on when its time is over is continued by a message to its own queue.
 *
 * What cannot be started (an unknown batch, a source that is not there) fails the invocation:
 * Lambda tries again as often as the function's settings say, then the event is a dead letter.
 */
import type { Context, SQSBatchResponse } from 'aws-lambda';
import { createOnDemandLeader } from '../app/compose/create-on-demand-leader.ts';
import { Millrace } from '../app/millrace.ts';
import type { MillraceConfig } from '../config/config.ts';
import { metricNames } from '../config/metric-names.ts';
import { envNames } from '../config/setting-sources.ts';
import { SqsContinuationQueue } from '../drivers/sqs/sqs-continuation-queue.ts';
import { hasCode, MillraceError, messageOf } from '../errors.ts';
import type { AppContext } from '../operations/app-context.ts';
import type { OnDemandLeader } from '../roles/on-demand-leader.ts';
import { batchResponse } from './batch-response.ts';
import {
  type FunctionApp,
  type FunctionHandler,
  type FunctionOpening,
  functionHandler,
} from './function-runtime.ts';
import {
  type LeaderTask,
  type RequestRecord,
  readLeaderRequest,
  readTask,
  recordsOf,
} from './leader-event.ts';
import { requestedBatches } from './requested-batches.ts';

/** What the invocations of an environment share. */
interface LeaderFunctionDeps {
  readonly context: AppContext;
  readonly app: Millrace;
  readonly leader: OnDemandLeader;
}

/** Time that a message of the queue must find left, in milliseconds: else it comes again. */
const messageMs = 15_000;

/** The leader of the app of `config`. */
export function leaderFunction(
  config: MillraceConfig,
  opening?: FunctionOpening,
): FunctionHandler<unknown, SQSBatchResponse | null> {
  return functionHandler(config, { prepare, handle: lead }, opening);
}

function prepare({ context, env: { leaderQueueUrl } }: FunctionApp) {
  if (leaderQueueUrl === undefined) {
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      `a leader goes on by messages to itself: set ${envNames.leaderQueueUrl} to its queue's URL`,
      { fields: { variable: envNames.leaderQueueUrl } },
    );
  }
  const queue = new SqsContinuationQueue(leaderQueueUrl);
  const app = new Millrace(context);
  return { context, app, leader: createOnDemandLeader(context, queue) };
}

async function lead(
  parts: LeaderFunctionDeps,
  event: unknown,
  context: Context,
): Promise<SQSBatchResponse | null> {
  const records = recordsOf(event);
  if (records === null) {
    await carryOut(parts, readTask(event), context);
    return null;
  }
  const failed: RequestRecord[] = [];
  for (const record of records) {
    if (context.getRemainingTimeInMillis() < messageMs) failed.push(record);
    else if (!(await carryOutMessage(parts, record, context))) failed.push(record);
  }
  return batchResponse(failed);
}

/** False when the message has to come again; when that does not help it is a dead letter. */
async function carryOutMessage(
  parts: LeaderFunctionDeps,
  record: RequestRecord,
  context: Context,
): Promise<boolean> {
  try {
    await carryOut(parts, readLeaderRequest(record), context);
    return true;
  } catch (error) {
    const { messageId } = record;
    const code = hasCode(error) ? error.code : undefined;
    const fields = { messageId, code, error: messageOf(error) };
    parts.context.logger.error('an order to the leader was not carried out', fields);
    return false;
  }
}

async function carryOut(
  parts: LeaderFunctionDeps,
  task: LeaderTask,
  lambda: Context,
): Promise<void> {
  const { context, leader } = parts;
  if (task.kind === 'batch' || task.kind === 'object') {
    for (const { name, ...request } of requestedBatches(task, parts.context.app.batches)) {
      const { id, createdAt } = await parts.app.batches.start(name, request);
      context.logger.info('a batch was asked for', { batchId: id, batch: name, createdAt });
      await context.leaderSchedule.turnOn();
    }
  }
  if (task.kind === 'tick') context.metrics.count(metricNames.leaderTicks);
  const led = await leader.call({ ...callOf(task), leftMs: lambda.getRemainingTimeInMillis() });
  context.metrics.observe(metricNames.batchesLed, led);
}

function callOf(task: LeaderTask) {
  const { predecessor, pausedMs = 0 } = task.kind === 'continue' ? task : noOne;
  return { predecessor, pausedMs, mayRest: task.kind === 'tick' };
}

const noOne: { readonly predecessor: string | null; readonly pausedMs?: number } = {
  predecessor: null,
};
