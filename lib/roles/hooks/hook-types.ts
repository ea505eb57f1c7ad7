/** The types of the tasks that notify of ends. Pure. */

/** The type of the task that posts to a webhook. */
export const webhookHookType = 'hook:webhook';

const handlerPrefix = 'onend:';

/** Returns the type of the task that calls a handler of the app. */
export function toHandlerHookType(handler: string): string {
  return `${handlerPrefix}${handler}`;
}

/** The input of the task that posts to a webhook. */
export interface HookCall {
  readonly id: string;
  readonly type: string;
  readonly url: string;
  readonly secretName: string | null;
  readonly body: string;
}
