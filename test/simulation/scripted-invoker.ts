/**
 * Calls the handlers of a simulation: each takes its time, and then answers as `answers.ts` says.
 */
import { pause } from '../../lib/ports/clock.ts';
import type { Invocation, InvocationResult, TaskInvoker } from '../../lib/ports/task-invoker.ts';
import type { MessageDesk } from '../../lib/roles/message-desk.ts';
import { answerTo, type SimulatedItem } from './answers.ts';
import type { Outsiders } from './outsiders.ts';
import type { SimulatedProcess } from './simulated-process.ts';

/** Longest time that work on an ordinary item takes, in milliseconds; below every time limit. */
const workMsMax = 3_000;

/** Who else does work: those outside, children, and those who send messages. */
export interface Others {
  readonly outsiders: Outsiders;
  readonly nested: TaskInvoker;
  readonly messages: MessageDesk;
}

/** The handlers as they run in `process`. */
export function scriptedInvoker(process: SimulatedProcess, others: Others): TaskInvoker {
  return {
    refusal: () => null,
    invoke: async (invocation) => {
      if (invocation.pattern === 'sync') return others.nested.invoke(invocation);
      if (invocation.pattern === 'message') return others.messages.invoke(invocation);
      if (invocation.pattern === 'token') others.outsiders.ask(invocation);
      await pause(process.clock, workMs(process, invocation), invocation.signal);
      if (invocation.pattern === 'token') return { ok: true, submitted: {} };
      return resultOf(invocation);
    },
    cancel: async (executionId, command) => {
      await others.messages.cancel(executionId, command);
      await others.nested.cancel?.(executionId, command);
    },
  };
}

function workMs({ dice }: SimulatedProcess, { resource, parameters }: Invocation): number {
  const { slowMs } = parameters as SimulatedItem;
  return dice.below(workMsMax) + (resource === 'work' ? slowMs : 0);
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
