/**
 * Answers to Task states by whoever was given their token: AWS's `SendTaskSuccess`,
 * `SendTaskFailure` and `SendTaskHeartbeat`. Whoever is told that an answer was taken can rely on
 * it; the first answer to a command is the one that counts.
 */

import type { Json } from '../asl/json/json.ts';
import { parseExecutionArn } from '../engine/execution-identity.ts';
import { exceedsBytes } from '../engine/limits.ts';
import { decodeSnapshot } from '../engine/snapshot.ts';
import { isEnd } from '../engine/status.ts';
import { openTask } from '../engine/task/open-task.ts';
import { readTaskToken } from '../engine/task/task-token.ts';
import { MillraceError } from '../errors.ts';
import type { ExecutionRecord } from '../ports/execution-store.ts';
import { decodeSignal, encodeSignal } from '../roles/callbacks/signal-event.ts';
import type { UntimedEvent } from '../roles/execution/answer-events.ts';
import type { AppContext } from './app-context.ts';

/** Why a task failed, as `Retry` and `Catch` see it. */
export interface TaskFailureReport {
  /** At most 256 characters. @default none */
  readonly error?: string;
  /** At most 32,768 characters. @default none */
  readonly cause?: string;
}

/** The command that a token stands for. */
interface OpenCommand {
  readonly executionId: string;
  readonly command: string;
}

/** Longest texts of a failure, in characters. AWS quotas. */
const errorCharsMax = 256;
const causeCharsMax = 32_768;

/** Completes Tasks that wait for a task token, from outside of the worker. */
export class TaskAnswers {
  readonly #context: Pick<AppContext, 'store' | 'signalRouter' | 'settings'>;
  readonly #wakes: () => boolean;

  /** @param wakes whether tasks that are sent in this process reach a worker now */
  constructor(
    context: Pick<AppContext, 'store' | 'signalRouter' | 'settings'>,
    wakes: () => boolean,
  ) {
    this.#context = context;
    this.#wakes = wakes;
  }

  /** Throws INVALID_OUTPUT, and what {@link TaskAnswers.heartbeat} throws. */
  async succeed(taskToken: string, output: Json): Promise<void> {
    const { payloadBytesMax } = this.#context.settings;
    const text = JSON.stringify(output) as string | undefined;
    if (text === undefined || exceedsBytes(text, payloadBytesMax)) {
      const found = text === undefined ? typeof output : `${Buffer.byteLength(text)} bytes`;
      throw new MillraceError(
        'INVALID_OUTPUT',
        `the output must be JSON of at most ${payloadBytesMax} bytes; found ${found}`,
      );
    }
    const { executionId, command } = await this.#find(taskToken);
    await this.#say(executionId, { type: 'commandSucceeded', command, result: output });
  }

  /** Throws INVALID_ARGUMENT, and what {@link TaskAnswers.heartbeat} throws. */
  async fail(taskToken: string, { error = '', cause = '' }: TaskFailureReport): Promise<void> {
    checkLength('error', error, errorCharsMax);
    checkLength('cause', cause, causeCharsMax);
    const { executionId, command } = await this.#find(taskToken);
    await this.#say(executionId, { type: 'commandFailed', command, error, cause });
  }

  /** Throws INVALID_TOKEN, TASK_DOES_NOT_EXIST, or TASK_TIMED_OUT. */
  async heartbeat(taskToken: string): Promise<void> {
    const { executionId, command } = await this.#find(taskToken);
    await this.#say(executionId, { type: 'heartbeatReceived', command });
  }

  async #say(executionId: string, event: UntimedEvent): Promise<void> {
    const signal = { executionId, event: encodeSignal(event) };
    const refused = await this.#context.signalRouter.send([signal], this.#wakes());
    if (refused.length > 0) throw timedOut();
  }

  async #find(text: string): Promise<OpenCommand> {
    const token = readTaskToken(text);
    const named = token === undefined ? undefined : parseExecutionArn(token.executionArn);
    if (token === undefined || named === undefined) throw invalidToken();
    const execution = await this.#context.store.findExecution(named.machineId, named.name);
    if (execution === null) {
      throw new MillraceError(
        'TASK_DOES_NOT_EXIST',
        `the store has no execution '${named.name}' of the machine '${named.machineId}', which the ` +
          'task token names: it was deleted, or the token is from another store',
      );
    }
    const { command } = token;
    const taskToken = tokenOf(execution, command);
    if (taskToken === undefined || (await this.#isAnswered(execution.id, command))) {
      throw timedOut();
    }
    if (taskToken !== text) throw invalidToken();
    return { executionId: execution.id, command };
  }

  /** Whether an answer is on its way that the execution has not seen yet. */
  async #isAnswered(executionId: string, command: string): Promise<boolean> {
    const unseen = await this.#context.store.readSignals([executionId]);
    return (unseen.get(executionId) ?? [])
      .map(({ event }) => decodeSignal(event))
      .some((event) => isAnswer(event) && event.command === command);
  }
}

/** The token of a command that is out; undefined when it is not. */
function tokenOf({ status, snapshot }: ExecutionRecord, command: string): string | undefined {
  if (isEnd(status) || snapshot === null) return undefined;
  return openTask(decodeSnapshot(snapshot), command)?.taskToken;
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
    "the task token must be one that a Task state gave out ('$$.Task.Token', or that of an " +
      'activity), letter for letter; what was found is none',
  );
}

function timedOut(): MillraceError {
  return new MillraceError(
    'TASK_TIMED_OUT',
    'nothing waits for this task token any more: the task was answered, timed out or was ' +
      'cancelled, or its execution has ended',
  );
}
