/** The app: handlers by task type, as processors or handlers of a job queue. */
import { defineConfig, type HandlerContext } from 'millrace';

/** What the handlers have done, for the output of the example. */
export const done: string[] = [];

/** Whether the mail server answers; the example repairs it. */
export const mailServer = { isUp: false };

class MailServerDown extends Error {
  override name = 'MailServerDown';
}

export default defineConfig({
  machines: {},
  tasks: {
    'email:send': async ({ to }: { to: string }, { idempotencyKey }: HandlerContext) => {
      // A task may run twice after a crash, as in any queue: the key tells that it is the same one.
      if (!mailServer.isUp) throw new MailServerDown(`${to} is not reached (${idempotencyKey})`);
      done.push(`email to ${to}`);
    },
    'report:build': async ({ month }: { month: number }, { signal }: HandlerContext) => {
      signal.throwIfAborted();
      done.push(`report of month ${month}`);
      return { pages: 3 };
    },
  },
  // Seconds until the next attempt, by the number of attempts that failed: 'asynq' has its formula.
  retryDelay: { firstSeconds: 0.05, factor: 2, maxSeconds: 1 },
});
