/**
 * Calls the handlers of a simulation: each takes its time, and then answers as `answers.ts` says.
 */
import { pause } from '../../lib/ports/clock.ts';
import type { Invocation, InvocationResult, TaskInvoker } from '../../lib/ports/task-invoker.ts';
import type { MessageTasks } from '../../lib/roles/callbacks/message-tasks.ts';
import { taskResource } from '../../lib/roles/execution/task-machine.ts';
import { answerTo, type SimulatedItem } from './answers.ts';
import type { HandlerCall } from './observed-store.ts';
import type { Outsiders } from './outsiders.ts';
import { taskTypes } from './queued-tasks.ts';
import type { SimulatedProcess } from './simulated-process.ts';

/** Longest time that work on an ordinary item takes, in milliseconds; below every time limit. */
const workMsMax = 3_000;

/** Who else does work: those outside, children, and those who send messages. */
export interface Others {
  readonly outsiders: Outsiders;
  readonly nested: TaskInvoker;
  readonly messages: MessageTasks;
  /** Whether there are handlers of every type of custom tasks. */
  readonly servesAll: boolean;
  readonly observe: (call: HandlerCall) => void;
}

/** The handlers as they run in `process`. */
export function scriptedInvoker(process: SimulatedProcess, others: Others): TaskInvoker {
  return {
    refusal: ({ resource }) =>
      !others.servesAll && resource === taskResource(taskTypes.rare) ? 'it has no handler' : null,
    invoke: async (invocation) => {
      const { resource, execution } = invocation;
      const observe = (kind: 'called' | 'returned') =>
        others.observe({
          ...{ kind, resource, executionId: execution.id, workerNow: process.clock.now() },
        });
      observe('called');
      const result = await work(process, others, invocation);
      observe('returned');
      return result;
    },
    cancel: async (executionId, command) => {
      await others.messages.cancel(executionId, command);
      await others.nested.cancel?.(executionId, command);
    },
  };
}

async function work(
  process: SimulatedProcess,
  others: Others,
  invocation: Invocation,
): Promise<InvocationResult> {
  if (invocation.pattern === 'sync') return others.nested.invoke(invocation);
  if (invocation.pattern === 'message') return others.messages.invoke(invocation);
  if (invocation.pattern === 'token') others.outsiders.ask(invocation);
  await pause(process.clock, workMs(process, invocation), invocation.signal);
  if (invocation.pattern === 'token') return { ok: true, submitted: {} };
  return resultOf(invocation);
}

function workMs({ dice }: SimulatedProcess, { resource, parameters }: Invocation): number {
  const { slowMs } = parameters as SimulatedItem;
  const isSlow = resource === 'work' || resource.startsWith('task:');
  return dice.below(workMsMax) + (isSlow ? slowMs : 0);
}

async function resultOf(invocation: Invocation): Promise<InvocationResult> {
  const answer = answerTo(invocation);
  if (answer.kind === 'result') return { ok: true, result: answer.result };
  if (answer.kind === 'failure') return { ok: false, error: answer.error, cause: answer.cause };
  await aborted(invocation.signal);
  return { ok: false, error: 'Aborted', cause: '' };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
