import type { Context } from 'aws-lambda';
import { auditChanges } from '../../api/audit-changes.ts';
import { type Api, createApi } from '../../api/create-api.ts';
import { apiOperations } from '../../api/handlers/api-operations.ts';
import { Millrace } from '../../app/millrace.ts';
import type { MillraceConfig } from '../../config/config.ts';
import { systemClock } from '../../drivers/system/system-clock.ts';
import type { AppContext } from '../../operations/app-context.ts';
import { flushEvents } from '../flush-events.ts';
import type { FunctionRuntime } from '../function-runtime.ts';
import { LazyApp } from '../lazy-app.ts';
import { openFunctionApp } from '../open-function-app.ts';
import { ActivityPolls, leaderStateReader } from './activity-polls.ts';
import { leaderRequester } from './request-leader.ts';
import { replyBytesMax } from './url-exchange.ts';

/** The app that a function serves the API of. The first request that needs it opens it. */
export class ServedApp {
  readonly api: Api;
  readonly #app: LazyApp<{ readonly context: AppContext; readonly millrace: Millrace }>;

  constructor(runtime: FunctionRuntime, config: MillraceConfig) {
    const { env, logger } = runtime;
    this.#app = new LazyApp(async () => {
      const context = await openFunctionApp(runtime, config, true);
      return { context, millrace: new Millrace(context) };
    });
    const open = async () => (await this.#app.get()).millrace;
    const everywhere = apiOperations(open, leaderRequester(env, logger));
    const readLeader = leaderStateReader(env, systemClock);
    const polls = new ActivityPolls({ clock: systemClock, logger, readLeader });
    const operations = { ...everywhere, pollActivity: polls.around(everywhere.pollActivity) };
    const audit = auditChanges(open);
    // AWS routes by the host, and IAM authorizes each request.
    this.api = createApi(operations, { logger, replyBytesMax, audit, allowedHosts: 'any' });
  }

  /** Publishes the ends of an invocation, if the app was needed. */
  async flush(lambda: Context): Promise<void> {
    const { opened } = this.#app;
    if (opened !== null) await flushEvents(opened.context, lambda);
  }
}
