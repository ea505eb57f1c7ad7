/** Draws the limits of a simulation, and creates what its workers hold to them with. */
import { findHandlerTarget } from '../../lib/drivers/handlers/handler-target.ts';
import { Dispatcher } from '../../lib/roles/delivery/dispatcher.ts';
import { type ConfiguredLimits, LimitCatalog } from '../../lib/roles/limits/limit-catalog.ts';
import type { LimitsConfig } from '../../lib/roles/limits/limit-rules.ts';
import { Limits } from '../../lib/roles/limits/limits.ts';
import { PermitClient, type PermitClientDeps } from '../../lib/roles/limits/permit-client.ts';
import type { Dice } from './dice.ts';
import { ownHandler } from './program-versions.ts';
import { taskTypes } from './queued-tasks.ts';

const callLimits: readonly [LimitsConfig, ...LimitsConfig[]] = [
  { concurrency: 1 },
  { concurrency: 3 },
  { concurrency: 1, per: '$.queue' },
  [{ concurrency: 2, per: '$.kind' }, { concurrency: 4 }],
  { rate: '30/min' },
  { rate: '1/s', concurrency: 2 },
];

const executionLimits: readonly [LimitsConfig, ...LimitsConfig[]] = [
  { concurrency: 3 },
  { concurrency: 2, per: '$.kind' },
  [{ concurrency: 3, per: '$.queue' }, { rate: '20/min' }],
];

/** Draws limits of handlers, of custom tasks and of a machine, each of them now and then. */
export function drawLimits(dice: Dice): ConfiguredLimits {
  const maybe = (names: readonly string[], limits: typeof callLimits) => {
    const drawn = dice.pick(limits);
    return dice.chance(0.6) ? Object.fromEntries(names.map((name) => [name, drawn])) : {};
  };
  return {
    handlers: {
      ...maybe(Object.values(ownHandler), callLimits),
      ...maybe(['flaky'], callLimits),
      ...maybe(Object.values(taskTypes), callLimits),
    },
    machines: maybe(['machine-0'], executionLimits),
  };
}

/** Returns the limits as the roles of a process apply them. */
export function createCatalog(limits: ConfiguredLimits | null): LimitCatalog {
  return new LimitCatalog({ ...(limits ?? { machines: {}, handlers: {} }), savedMs: 300 });
}

/** What hands out the permits of one process. */
export interface ProcessPermits {
  readonly limits: Limits;
  readonly client: PermitClient;
}

/** Creates what hands out the permits of one process; null without limits. */
export function createPermits(
  limits: ConfiguredLimits | null,
  deps: Omit<PermitClientDeps, 'rules' | 'dispatcher'> &
    ConstructorParameters<typeof Dispatcher>[0],
): ProcessPermits | null {
  if (limits === null) return null;
  const catalog = createCatalog(limits);
  const dispatcher = new Dispatcher(deps);
  const client = new PermitClient({ ...deps, dispatcher, rules: catalog.rules });
  const findHandlerName = (task: Parameters<typeof findHandlerTarget>[0]) =>
    findHandlerTarget(task).name;
  return { client, limits: new Limits({ catalog, client, findHandlerName }) };
}
