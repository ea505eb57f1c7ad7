/** Aliases of machines: names that route new executions to one or two published versions. */
import { MillraceError } from '../../errors.ts';
import type { AliasRoute, MachineAlias } from '../../ports/store/machines/alias-store.ts';
import type { Page, PageRequest } from '../../ports/store/page.ts';
import type { AppContext } from '../app-context.ts';
import {
  requireActiveMachine,
  requireStateMachine,
  unknownAlias,
  unknownVersion,
} from '../state-machines/machine-refusals.ts';
import { checkDescription } from '../versions/versions.ts';

/** Maximum number of aliases of a machine. AWS quota. */
const aliasesMax = 100;

const aliasName = /^(?=.*[A-Za-z_\-.])[A-Za-z0-9_\-.]{1,80}$/;

/** An alias to create. */
export interface AliasRequest {
  /** 1 to 80 of the characters A–Z, a–z, 0–9, `_`, `-` and `.`; not digits alone. */
  readonly name: string;
  /** @default '' */
  readonly description?: string;
  /** One or two versions with weights that sum to 100. */
  readonly routes: readonly AliasRoute[];
}

/**
 * Creates an alias. The same request again returns the alias.
 * @throws INVALID_ARGUMENT, UNKNOWN_MACHINE, MACHINE_DELETING, UNKNOWN_VERSION, LIMIT_EXCEEDED
 * @throws CONFLICT when an alias of the name differs
 */
export async function createAlias(
  context: Pick<AppContext, 'store'>,
  machineName: string,
  { name, description = '', routes }: AliasRequest,
): Promise<MachineAlias> {
  checkName(name);
  checkDescription(description);
  checkRoutes(routes);
  const { id } = await requireActiveMachine(context, machineName);
  const made = { machineId: id, name, description, routes };
  const creation = await context.store.createAlias(made, aliasesMax);
  switch (creation.kind) {
    case 'created':
      return creation.alias;
    case 'exists':
      if (isSame(creation.alias, made)) return creation.alias;
      throw new MillraceError(
        'CONFLICT',
        `the machine '${machineName}' has an alias '${name}' that differs: update it instead`,
        { fields: { machine: machineName, alias: name } },
      );
    case 'noVersion':
      throw await missingVersion(context, machineName, routes);
    case 'full':
      throw new MillraceError(
        'LIMIT_EXCEEDED',
        `the machine '${machineName}' has ${aliasesMax} aliases, the most there can be: delete some`,
        { fields: { machine: machineName } },
      );
  }
}

/**
 * Changes an alias; what is not given stays. New executions follow the new routes at once.
 * @throws INVALID_ARGUMENT, UNKNOWN_MACHINE, UNKNOWN_ALIAS, UNKNOWN_VERSION
 */
export async function updateAlias(
  context: Pick<AppContext, 'store'>,
  machineName: string,
  name: string,
  change: Partial<Pick<AliasRequest, 'description' | 'routes'>>,
): Promise<MachineAlias> {
  const { description, routes } = change;
  if (description !== undefined) checkDescription(description);
  if (routes !== undefined) checkRoutes(routes);
  const { id } = await requireActiveMachine(context, machineName);
  const updated = await context.store.updateAlias(id, name, {
    ...(description !== undefined && { description }),
    ...(routes !== undefined && { routes }),
  });
  if (updated !== null) return updated;
  await getAlias(context, machineName, name);
  throw await missingVersion(context, machineName, routes ?? []);
}

/** Returns an alias. Throws UNKNOWN_MACHINE or UNKNOWN_ALIAS. */
export async function getAlias(
  context: Pick<AppContext, 'store'>,
  machineName: string,
  name: string,
): Promise<MachineAlias> {
  const { id } = await requireStateMachine(context, machineName);
  const alias = await context.store.getAlias(id, name);
  if (alias === null) throw unknownAlias(machineName, name);
  return alias;
}

/** Deletes an alias; does nothing when it is not there. */
export async function deleteAlias(
  { store }: Pick<AppContext, 'store'>,
  machineName: string,
  name: string,
): Promise<void> {
  const machine = await store.findStateMachine(machineName);
  if (machine !== null) await store.deleteAlias(machine.id, name);
}

/**
 * Lists aliases, the oldest first.
 * @param version only those that name this version. @default all
 * @throws UNKNOWN_MACHINE
 */
export async function listAliases(
  context: Pick<AppContext, 'store'>,
  machineName: string,
  page: PageRequest,
  version?: number,
): Promise<Page<MachineAlias>> {
  const { id } = await requireStateMachine(context, machineName);
  return context.store.listAliases(id, page, version);
}

function isSame(
  one: Pick<MachineAlias, 'description' | 'routes'>,
  other: Pick<MachineAlias, 'description' | 'routes'>,
): boolean {
  return (
    one.description === other.description &&
    JSON.stringify(sorted(one.routes)) === JSON.stringify(sorted(other.routes))
  );
}

function sorted(routes: readonly AliasRoute[]): AliasRoute[] {
  return routes
    .map(({ version, weight }) => ({ version, weight }))
    .sort((one, other) => one.version - other.version);
}

function checkName(name: string): void {
  if (aliasName.test(name)) return;
  throw invalid(
    'name',
    "an alias's name is 1 to 80 of the characters A–Z, a–z, 0–9, _, - and ., and not digits alone; " +
      `found '${name.slice(0, 100)}'`,
  );
}

function checkRoutes(routes: readonly AliasRoute[]): void {
  const isWeight = (weight: number) => Number.isInteger(weight) && weight >= 0 && weight <= 100;
  const sum = routes.reduce((total, { weight }) => total + weight, 0);
  const versions = new Set(routes.map(({ version }) => version));
  if (routes.length < 1 || routes.length > 2) {
    throw invalid('routes', `an alias routes to one or two versions; found ${routes.length}`);
  }
  if (versions.size < routes.length) {
    throw invalid('routes', 'the two versions of an alias must be different');
  }
  if (!routes.every(({ weight }) => isWeight(weight)) || sum !== 100) {
    const found = routes.map(({ weight }) => weight).join(' and ');
    throw invalid(
      'routes',
      `the weights of an alias are whole numbers from 0 to 100 that sum to 100; found ${found}`,
    );
  }
}

function invalid(argument: string, message: string): MillraceError {
  return new MillraceError('INVALID_ARGUMENT', message, { fields: { argument } });
}

/** Finds which version is not there; the machine may also have been deleted meanwhile. */
async function missingVersion(
  context: Pick<AppContext, 'store'>,
  machineName: string,
  routes: readonly AliasRoute[],
): Promise<MillraceError> {
  const { id } = await requireActiveMachine(context, machineName);
  for (const { version } of routes) {
    const found = await context.store.getPublishedVersion(id, version);
    if (found === null) return unknownVersion(machineName, version);
  }
  return new MillraceError(
    'CONFLICT',
    `the machine '${machineName}' has changed meanwhile: try again`,
    { retryable: true, fields: { machine: machineName } },
  );
}
