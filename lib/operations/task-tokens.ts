/**
 * Answers to Tasks that wait for a task token: AWS's SendTaskSuccess, SendTaskFailure and
 * SendTaskHeartbeat. An answer that is accepted is not lost; of several answers to one command, the
 * first counts.
 */

import type { Json } from '../asl/json/json.ts';
import { parseExecutionArn } from '../engine/arn/parse-arn.ts';
import type { UntimedEvent } from '../engine/event.ts';
import { exceedsBytes } from '../engine/limits.ts';
import { decodeSnapshot } from '../engine/snapshot.ts';
import { isEnd } from '../engine/status.ts';
import { findOpenTask } from '../engine/task/open-task.ts';
import { readTaskToken } from '../engine/task/task-token.ts';
import { MillraceError } from '../errors.ts';
import type { ExecutionRecord } from '../ports/store/execution-store.ts';
import { decodeSignal, encodeSignal } from '../roles/callbacks/signal-event.ts';
import type { AppContext } from './app-context.ts';

/** Why a task failed, as `Retry` and `Catch` match it. */
export interface TaskFailureReport {
  /** Maximum 256 characters. @default none */
  readonly error?: string;
  /** Maximum 32,768 characters. @default none */
  readonly cause?: string;
}

/** What answering a task needs of an app. */
type AnswerContext = Pick<AppContext, 'store' | 'signalRouter' | 'settings'>;

/** The command that a token stands for. */
interface OpenCommand {
  readonly executionId: string;
  readonly command: string;
}

/** Maximum lengths of a failure's texts, in characters. AWS quotas. */
const errorCharsMax = 256;
const causeCharsMax = 32_768;

/**
 * Ends a Task with an output.
 * @param reachesWorkers whether tasks sent from this process reach a worker now
 * @throws INVALID_OUTPUT, and what {@link sendTaskHeartbeat} throws
 */
export async function sendTaskSuccess(
  context: AnswerContext,
  taskToken: string,
  output: Json,
  reachesWorkers: boolean,
): Promise<void> {
  const { payloadBytesMax } = context.settings;
  const text = JSON.stringify(output) as string | undefined;
  if (text === undefined || exceedsBytes(text, payloadBytesMax)) {
    const found = text === undefined ? typeof output : `${Buffer.byteLength(text)} bytes`;
    throw new MillraceError(
      'INVALID_OUTPUT',
      `the output must be JSON of at most ${payloadBytesMax} bytes; found ${found}`,
    );
  }
  const { executionId, command } = await findCommand(context, taskToken);
  const event = { type: 'commandSucceeded', command, result: output } as const;
  await signal(context, executionId, event, reachesWorkers);
}

/**
 * Ends a Task with an error.
 * @param reachesWorkers whether tasks sent from this process reach a worker now
 * @throws INVALID_ARGUMENT, and what {@link sendTaskHeartbeat} throws
 */
export async function sendTaskFailure(
  context: AnswerContext,
  taskToken: string,
  { error, cause }: TaskFailureReport,
  reachesWorkers: boolean,
): Promise<void> {
  checkLength('error', error ?? '', errorCharsMax);
  checkLength('cause', cause ?? '', causeCharsMax);
  const { executionId, command } = await findCommand(context, taskToken);
  const event = {
    type: 'commandFailed',
    command,
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  } as const;
  await signal(context, executionId, event, reachesWorkers);
}

/**
 * Reports that the work of a Task is alive, for Tasks with `HeartbeatSeconds`.
 * @param reachesWorkers whether tasks sent from this process reach a worker now
 * @throws INVALID_TOKEN, TASK_DOES_NOT_EXIST, TASK_TIMED_OUT
 */
export async function sendTaskHeartbeat(
  context: AnswerContext,
  taskToken: string,
  reachesWorkers: boolean,
): Promise<void> {
  const { executionId, command } = await findCommand(context, taskToken);
  await signal(context, executionId, { type: 'heartbeatReceived', command }, reachesWorkers);
}

async function signal(
  { signalRouter }: AnswerContext,
  executionId: string,
  event: UntimedEvent,
  reachesWorkers: boolean,
): Promise<void> {
  const refused = await signalRouter.send(
    [{ executionId, event: encodeSignal(event) }],
    reachesWorkers,
  );
  if (refused.length > 0) throw timedOut();
}

async function findCommand(context: AnswerContext, text: string): Promise<OpenCommand> {
  const token = readTaskToken(text);
  const named = token === undefined ? undefined : parseExecutionArn(token.executionArn);
  if (token === undefined || named === undefined) throw invalidToken();
  const execution = await context.store.findExecution(named.machineId, named.name);
  if (execution === null) {
    throw new MillraceError(
      'TASK_DOES_NOT_EXIST',
      `the store has no execution '${named.name}' of the machine '${named.machineId}', which the ` +
        'task token names: it was deleted, or the token is from another store',
    );
  }
  const { command } = token;
  const taskToken = findToken(execution, command);
  if (taskToken === undefined || (await isAnswered(context, execution.id, command))) {
    throw timedOut();
  }
  if (taskToken !== text) throw invalidToken();
  return { executionId: execution.id, command };
}

/** Whether an answer is on its way that the execution has not processed yet. */
async function isAnswered(
  { store }: AnswerContext,
  executionId: string,
  command: string,
): Promise<boolean> {
  const unprocessed = await store.readSignals([executionId]);
  return (unprocessed.get(executionId) ?? [])
    .map(({ event }) => decodeSignal(event))
    .some((event) => isAnswer(event) && event.command === command);
}

/** Returns the token of an open command; undefined when the command is not open. */
function findToken({ status, snapshot }: ExecutionRecord, command: string): string | undefined {
  if (isEnd(status) || snapshot === null) return undefined;
  return findOpenTask(decodeSnapshot(snapshot), command)?.taskToken;
}

function isAnswer(
  event: UntimedEvent,
): event is Extract<UntimedEvent, { type: 'commandSucceeded' | 'commandFailed' }> {
  return event.type === 'commandSucceeded' || event.type === 'commandFailed';
}

function checkLength(what: string, text: string, charsMax: number): void {
  if (text.length <= charsMax) return;
  const message = `the ${what} must be at most ${charsMax} characters; found ${text.length}`;
  throw new MillraceError('INVALID_ARGUMENT', message);
}

function invalidToken(): MillraceError {
  return new MillraceError(
    'INVALID_TOKEN',
    "the task token must be exactly what a Task state issued ('$$.Task.Token', or the token of an " +
      'activity task); found another text',
  );
}

function timedOut(): MillraceError {
  return new MillraceError(
    'TASK_TIMED_OUT',
    'no task waits for this token any more: it was answered, timed out or was cancelled, or its ' +
      'execution has ended',
  );
}
