/**
 * The leader as a function: schedules, the bus, S3 and its own queue call it. It starts the batches
 * that it is asked for, once each however often it is asked, and leads what there is to lead; what
 * goes on when its time is over is continued by a message to its own queue.
 *
 * What cannot be started (an unknown batch, a source that is not there) fails the invocation:
 * Lambda tries again as often as the function's settings say, then the event is a dead letter.
 */
import type { Context, SQSBatchResponse } from 'aws-lambda';
import { SqsOrderQueue } from '../../drivers/sqs/sqs-order-queue.ts';
import { hasCode, MillraceError, messageOf } from '../../errors.ts';
import type { CalledLeader } from '../../roles/called-leader.ts';
import type { World } from '../compose.ts';
import { composeCalledLeader } from '../compose-called-leader.ts';
import type { MillraceConfig } from '../config.ts';
import { envNames } from '../env-names.ts';
import { metricNames } from '../metric-names.ts';
import { Millrace } from '../millrace.ts';
import { batchResponse } from './batch-response.ts';
import {
  type FunctionApp,
  type FunctionHandler,
  type FunctionOpening,
  functionHandler,
} from './function-world.ts';
import {
  type LeaderTask,
  type OrderRecord,
  readOrder,
  readTask,
  recordsOf,
} from './leader-event.ts';
import { requestedBatches } from './requested-batches.ts';

/** What the invocations of an environment share. */
interface LeaderParts {
  readonly world: World;
  readonly config: MillraceConfig;
  readonly app: Millrace;
  readonly leader: CalledLeader;
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

function prepare({ world, config, folder, machines, env: { leaderQueueUrl } }: FunctionApp) {
  if (leaderQueueUrl === undefined) {
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      `a leader goes on by messages to itself: set ${envNames.leaderQueueUrl} to its queue's URL`,
      { fields: { variable: envNames.leaderQueueUrl } },
    );
  }
  const queue = new SqsOrderQueue(leaderQueueUrl);
  const app = new Millrace(world, config, folder, machines);
  return { world, config, app, leader: composeCalledLeader(world, queue) };
}

async function lead(
  parts: LeaderParts,
  event: unknown,
  context: Context,
): Promise<SQSBatchResponse | null> {
  const records = recordsOf(event);
  if (records === null) {
    await carryOut(parts, readTask(event), context);
    return null;
  }
  const failed: OrderRecord[] = [];
  for (const record of records) {
    if (context.getRemainingTimeInMillis() < messageMs) failed.push(record);
    else if (!(await carryOutMessage(parts, record, context))) failed.push(record);
  }
  return batchResponse(failed);
}

/** False when the message has to come again; when that does not help it is a dead letter. */
async function carryOutMessage(
  parts: LeaderParts,
  record: OrderRecord,
  context: Context,
): Promise<boolean> {
  try {
    await carryOut(parts, readOrder(record), context);
    return true;
  } catch (error) {
    const { messageId } = record;
    const code = hasCode(error) ? error.code : undefined;
    const fields = { messageId, code, error: messageOf(error) };
    parts.world.logger.error('an order to the leader was not carried out', fields);
    return false;
  }
}

async function carryOut(parts: LeaderParts, task: LeaderTask, context: Context): Promise<void> {
  const { world, leader } = parts;
  if (task.kind === 'batch' || task.kind === 'object') {
    for (const { name, ...request } of requestedBatches(task, parts.config.batches ?? {})) {
      const { id, createdAt } = await parts.app.startBatch(name, request);
      world.logger.info('a batch was asked for', { batchId: id, batch: name, createdAt });
      await world.sweepSchedule.turnOn();
    }
  }
  if (task.kind === 'tick') world.metrics.count(metricNames.leaderTicks);
  const led = await leader.call({ ...callOf(task), leftMs: context.getRemainingTimeInMillis() });
  world.metrics.observe(metricNames.batchesLed, led);
}

function callOf(task: LeaderTask) {
  const { predecessor, pausedMs = 0 } = task.kind === 'continue' ? task : noOne;
  return { predecessor, pausedMs, mayRest: task.kind === 'tick' };
}

const noOne: { readonly predecessor: string | null; readonly pausedMs?: number } = {
  predecessor: null,
};
