/** Wires what hands out the permits of limits in a process. */
import { findHandlerTarget } from '../../drivers/handlers/handler-target.ts';
import type { LimitRule } from '../../ports/store/limits/limit-store.ts';
import { Dispatcher } from '../../roles/delivery/dispatcher.ts';
import { LimitCatalog } from '../../roles/limits/limit-catalog.ts';
import { Limits } from '../../roles/limits/limits.ts';
import { PermitClient } from '../../roles/limits/permit-client.ts';
import type { AppContext } from '../app-context.ts';

/** What a process that runs executions needs for limits. */
export interface ProcessLimits {
  readonly limits: Limits;
  readonly client: PermitClient;
}

/** How much of an unused rate is saved up where workers look for it all the time. */
const savedMs = 300;

/** The same for functions, which look when they are called: the pause of the leader function. */
const functionSavedMs = 2_500;

/** Returns the limits of the app's configuration. */
export function createLimitCatalog({
  app,
  settings,
}: Pick<AppContext, 'app' | 'settings'>): LimitCatalog {
  const { machines = {}, handlers = {} } = app.limits ?? {};
  const isDeployed = settings.leaderSchedule !== null;
  return new LimitCatalog({
    machines,
    handlers,
    savedMs: isDeployed ? functionSavedMs : savedMs,
  });
}

/** Returns the rules of all limits, for the roles that look after them. */
export function listLimitRules(
  context: Pick<AppContext, 'app' | 'settings'>,
): readonly LimitRule[] {
  return createLimitCatalog(context).rules;
}

/** Creates what hands out permits; null for an app without limits, which costs nothing then. */
export function createLimits(
  context: Pick<
    AppContext,
    'app' | 'broker' | 'clock' | 'logger' | 'metrics' | 'settings' | 'store' | 'tracer'
  >,
): ProcessLimits | null {
  const catalog = createLimitCatalog(context);
  if (catalog.isEmpty) return null;
  const client = new PermitClient({
    ...context,
    dispatcher: new Dispatcher(context),
    rules: catalog.rules,
    retryMsMax: context.settings.leaseMs,
  });
  const findHandlerName = (task: Parameters<typeof findHandlerTarget>[0]) =>
    findHandlerTarget(task).name;
  return { client, limits: new Limits({ catalog, client, findHandlerName }) };
}
