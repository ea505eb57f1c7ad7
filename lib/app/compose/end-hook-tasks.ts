/** The tasks that notify of the ends of executions and batches: their machines and handlers. */
import { batchDefaults } from '../../batch/batch-options.ts';
import type { Settings } from '../../config/settings.ts';
import { version } from '../../config/version.ts';
import { findWebhookSecret } from '../../config/webhooks-config.ts';
import type { Handler, Handlers } from '../../drivers/handlers/handler.ts';
import { HttpWebhookClient } from '../../drivers/http/http-webhook-client.ts';
import { systemClock } from '../../drivers/system/system-clock.ts';
import type { AppDefinition } from '../../operations/app-definition.ts';
import type { CustomTasks } from '../../operations/enqueue/custom-tasks.ts';
import { findTaskTypeProblem, toTaskResource } from '../../roles/execution/task-machine.ts';
import { EndHooks, type EndHooksDeps } from '../../roles/hooks/end-hooks.ts';
import { type HookCall, toHandlerHookType, webhookHookType } from '../../roles/hooks/hook-types.ts';
import { postWebhook } from '../../roles/hooks/post-webhook.ts';

/** Creates what notifies of ends. Its tasks go to the queue of tasks that name none. */
export function createEndHooks(
  { queues }: Pick<Settings, 'queues'>,
  { endHookOf = () => null }: Pick<AppDefinition, 'endHookOf'>,
  {
    customTasks,
    ...deps
  }: Pick<EndHooksDeps, 'dispatcher' | 'entropy'> & { readonly customTasks: CustomTasks },
): EndHooks {
  const { priority } = batchDefaults;
  const [first = priority] = Object.keys(queues);
  return new EndHooks({
    machineOf: async (type) => (await customTasks.machine(type)).record,
    ...deps,
    hookOf: endHookOf,
    queue: Object.hasOwn(queues, priority) ? priority : first,
  });
}

/** Returns the handlers of these tasks, by the `Resource` that each type's machine calls. */
export function endHookHandlers({
  handlers,
  webhooks,
}: Pick<AppDefinition, 'handlers' | 'webhooks'>): Handlers {
  const post: Handler = (call: HookCall, { signal }) =>
    postWebhook(
      {
        client: new HttpWebhookClient(webhooks.privateHosts),
        secretOf: (each) => findWebhookSecret(webhooks, each),
        userAgent: `millrace/${version}`,
        now: systemClock.now,
      },
      call,
      signal,
    );
  const named = Object.entries(handlers)
    .map(([name, handler]) => [toHandlerHookType(name), handler] as const)
    .filter(([type]) => findTaskTypeProblem(type) === null);
  const all: readonly (readonly [string, Handler])[] = [...named, [webhookHookType, post]];
  return Object.fromEntries(all.map(([type, handler]) => [toTaskResource(type), handler]));
}
