/** What refuses operations on machines, versions and aliases. */
import { listKnown } from '../../asl/known-names.ts';
import { MillraceError } from '../../errors.ts';
import type { LivingMachine } from '../../ports/store/machines/state-machine-store.ts';
import type { AppContext } from '../app-context.ts';

/** Number of names that a refusal looks among for a similar one. */
const knownMax = 1_000;

/** Returns the living machine of the name or id. Throws UNKNOWN_MACHINE. */
export async function requireStateMachine(
  { store }: Pick<AppContext, 'store'>,
  nameOrId: string,
): Promise<LivingMachine> {
  const machine = await findLiving(store, nameOrId);
  if (machine !== null) return machine;
  const { entries } = await store.listStateMachines({ limit: knownMax });
  const known = listKnown(nameOrId, entries.map(({ name }) => name).sort());
  throw new MillraceError('UNKNOWN_MACHINE', `no machine is named '${nameOrId}'; ${known}`, {
    fields: { machine: nameOrId },
  });
}

/** A machine whose last execution has ended meanwhile is gone as soon as it is asked for. */
async function findLiving(
  store: AppContext['store'],
  nameOrId: string,
): Promise<LivingMachine | null> {
  const machine = await store.findStateMachine(nameOrId);
  if (machine?.status !== 'DELETING') return machine;
  return (await store.finishMachineDeletion(machine.id)) ? null : machine;
}

/** As {@link requireStateMachine}. Throws MACHINE_DELETING when its deletion has begun. */
export async function requireActiveMachine(
  context: Pick<AppContext, 'store'>,
  nameOrId: string,
): Promise<LivingMachine> {
  const machine = await requireStateMachine(context, nameOrId);
  requireActive(machine);
  return machine;
}

/** Throws MACHINE_DELETING when the deletion of the machine has begun. */
export function requireActive({ name, status }: Pick<LivingMachine, 'name' | 'status'>): void {
  if (status === 'ACTIVE') return;
  throw new MillraceError(
    'MACHINE_DELETING',
    `the machine '${name}' is being deleted: it ends when none of its executions is open`,
    { fields: { machine: name } },
  );
}

/** Throws INVALID_ARGUMENT for a machine of the configuration, which only that changes. */
export function requireApiMachine({ name, origin }: LivingMachine, what: string): void {
  if (origin === 'api') return;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `the machine '${name}' belongs to the configuration (millrace.config.ts), so it is ${what} ` +
      'there and not through the API',
    { fields: { machine: name, argument: 'machine' } },
  );
}

/** Creates the refusal of a published version that is not there. */
export function unknownVersion(machine: string, number: number): MillraceError {
  return new MillraceError(
    'UNKNOWN_VERSION',
    `the machine '${machine}' has no published version ${number}; 'machine version list' shows them`,
    { fields: { machine, version: number } },
  );
}

/** Creates the refusal of an alias that is not there. */
export function unknownAlias(machine: string, alias: string): MillraceError {
  return new MillraceError(
    'UNKNOWN_ALIAS',
    `the machine '${machine}' has no alias '${alias}'; 'machine alias list' shows them`,
    { fields: { machine, alias } },
  );
}
