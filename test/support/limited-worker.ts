/** Workers that hold to limits, over the memory store and broker. */
import { findHandlerTarget } from '../../lib/drivers/handlers/handler-target.ts';
import { type ConfiguredLimits, LimitCatalog } from '../../lib/roles/limits/limit-catalog.ts';
import { Limits } from '../../lib/roles/limits/limits.ts';
import { PermitClient } from '../../lib/roles/limits/permit-client.ts';
import type { Worker, WorkerOptions } from '../../lib/roles/worker.ts';
import type { RoleHarness } from './role-harness.ts';

/** Creates a worker of `harness` with limits. */
export function limitedWorker(
  harness: RoleHarness,
  limits: Partial<ConfiguredLimits>,
  changes: Partial<WorkerOptions> = {},
): Worker {
  return harness.worker({ ...limitedExecutor(harness, limits), ...changes });
}

/** Creates an executor of `harness` with limits, and the client of its permits. */
export function limitedExecutor(harness: RoleHarness, limits: Partial<ConfiguredLimits>) {
  const catalog = new LimitCatalog({ machines: {}, handlers: {}, savedMs: 500, ...limits });
  const client = new PermitClient({ ...harness, rules: catalog.rules, retryMsMax: 30_000 });
  const findHandlerName = (task: Parameters<typeof findHandlerTarget>[0]) =>
    findHandlerTarget(task).name;
  const executor = harness.executor({ limits: new Limits({ catalog, client, findHandlerName }) });
  return { executor, permits: client };
}
