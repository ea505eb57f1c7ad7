/** Calls the handlers of a simulation, which answer after a while as `answers.ts` defines. */
import type { Invocation, InvocationResult, TaskInvoker } from '../../lib/ports/task-invoker.ts';
import { pause } from '../../lib/retry/pause.ts';
import type { ActivityTasks } from '../../lib/roles/callbacks/activity-tasks.ts';
import type { MessageTasks } from '../../lib/roles/callbacks/message-tasks.ts';
import { toTaskResource } from '../../lib/roles/execution/task-machine.ts';
import { answerTo, type SimulatedItem } from './answers.ts';
import type { ExternalServices } from './external-services.ts';
import type { HandlerCall } from './observed-store.ts';
import { taskTypes } from './queued-tasks.ts';
import type { SimulatedProcess } from './simulated-process.ts';

/** Maximum duration of work on an ordinary item, in milliseconds; below every time limit. */
const workMsMax = 3_000;

/** Performs the calls that are not handlers: external services, child executions, messages. */
export interface ScriptedInvokerDeps {
  readonly externalServices: ExternalServices;
  readonly nested: TaskInvoker;
  readonly messages: MessageTasks;
  readonly activities: ActivityTasks;
  /** The handler that only another version of the program has; null without another version. */
  readonly lackedHandler: string | null;
  /** Whether there are handlers for every type of custom tasks. */
  readonly handlesAllTypes: boolean;
  /** Whether the handlers of an execution end their process. */
  readonly isPoison: (executionId: string) => boolean;
  readonly observe: (call: HandlerCall) => void;
}

/** Creates the invoker of a process. */
export function scriptedInvoker(process: SimulatedProcess, deps: ScriptedInvokerDeps): TaskInvoker {
  return {
    findRefusal: ({ resource }) =>
      isHandled(deps, resource) ? null : 'no handler of this version has its name',
    invoke: async (invocation) => {
      const { resource, execution } = invocation;
      const observe = (kind: 'called' | 'returned') =>
        deps.observe({
          kind,
          resource,
          executionId: execution.id,
          parameters: kind === 'called' ? invocation.parameters : null,
          idempotencyKey: invocation.idempotencyKey,
        });
      observe('called');
      if (deps.isPoison(execution.id)) process.crash();
      const result = await work(process, deps, invocation);
      observe('returned');
      return result;
    },
    cancel: async (executionId, command) => {
      await deps.messages.cancel(executionId, command);
      await deps.activities.cancel(executionId, command);
      await deps.nested.cancel?.(executionId, command);
    },
  };
}

function isHandled(
  { handlesAllTypes, lackedHandler }: ScriptedInvokerDeps,
  resource: string,
): boolean {
  if (resource === lackedHandler) return false;
  return handlesAllTypes || resource !== toTaskResource(taskTypes.rare);
}

async function work(
  process: SimulatedProcess,
  deps: ScriptedInvokerDeps,
  invocation: Invocation,
): Promise<InvocationResult> {
  if (invocation.pattern === 'sync') return deps.nested.invoke(invocation);
  if (invocation.pattern === 'message') return deps.messages.invoke(invocation);
  if (invocation.pattern === 'activity') return deps.activities.invoke(invocation);
  if (!isHandled(deps, invocation.resource)) {
    return { ok: false, error: 'Millrace.UnknownHandler', cause: '' };
  }
  if (invocation.pattern === 'token') {
    deps.externalServices.answerLater(invocation.taskToken ?? '', answerTo(invocation));
  }
  await pause(process.clock, workMs(process, invocation), invocation.signal);
  if (invocation.pattern === 'token') return { ok: true, submitted: {} };
  return answerResult(invocation);
}

function workMs({ dice }: SimulatedProcess, { resource, parameters }: Invocation): number {
  const { slowMs } = parameters as SimulatedItem;
  const isSlow = /^(re)?work$|^task:/.test(resource);
  return dice.below(workMsMax) + (isSlow ? slowMs : 0);
}

async function answerResult(invocation: Invocation): Promise<InvocationResult> {
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
