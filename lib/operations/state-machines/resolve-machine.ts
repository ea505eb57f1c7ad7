import type { MachineDefinition } from '../../asl/definition.ts';
import { parseWrittenJson } from '../../asl/json/parse-json.ts';
import { hasCode } from '../../errors.ts';
import type { AppContext } from '../app-context.ts';
import type { RegisteredMachine } from '../machine-registry.ts';
import { describeStateMachine } from './describe-state-machine.ts';
import { requireActive } from './machine-refusals.ts';
import { formatTarget, parseMachineName } from './machine-target.ts';

/** Where machines are looked up. */
export type MachineLookup = Pick<AppContext, 'machines' | 'store'>;

/**
 * Returns the machine to run: one of the configuration by its id, in the version of this program,
 * else one of the store. `order:3` names a published version, `order:live` an alias.
 * @throws UNKNOWN_MACHINE, UNKNOWN_VERSION, UNKNOWN_ALIAS, MACHINE_DELETING, INVALID_ARGUMENT
 */
export async function resolveMachine(
  context: MachineLookup,
  text: string,
): Promise<RegisteredMachine> {
  const target = parseMachineName(text);
  const own = context.machines.find(target.name);
  if (own !== undefined && target.qualifier === null) return own;
  const found = await describeStateMachine(context, target).catch((error: unknown) => {
    // The names of the configuration are what people mistype.
    if (hasCode(error, 'UNKNOWN_MACHINE')) return context.machines.get(formatTarget(target));
    throw error;
  });
  if ('record' in found) return found;
  requireActive(found.machine);
  return {
    record: found.revision,
    // Validated when it was recorded.
    definition: parseWrittenJson(found.revision.definition) as object as MachineDefinition,
    ...(target.qualifier !== null && { qualifier: target.qualifier }),
  };
}
