import { MillraceError } from '../../errors.ts';
import type { LivingMachine } from '../../ports/store/machines/state-machine-store.ts';
import type { AppContext } from '../app-context.ts';
import { publishRevision } from '../versions/versions.ts';
import { requireActiveMachine, requireApiMachine } from './machine-refusals.ts';
import {
  checkDefinitionText,
  definitionTextOf,
  type MachineSettings,
  toRevisionSettings,
} from './read-machine.ts';

/** What to change of a machine; the rest stays. */
export interface UpdateMachineRequest extends MachineSettings {
  readonly definition?: string;
  /** Whether to publish a version of the result. @default false */
  readonly publish?: boolean;
  readonly versionDescription?: string;
}

/** A machine after an update. */
export interface UpdatedMachine {
  readonly machine: LivingMachine;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
  /** Null while nothing was ever changed. */
  readonly revisionId: string | null;
  /** The version that was published; null without `publish`. */
  readonly versionNumber: number | null;
}

/** Number of attempts while others update the machine at the same moment. */
const attemptsMax = 20;

/**
 * Changes a machine of the API. Executions that run keep the revision that they began with. An
 * update that changes nothing adds no revision.
 * @throws UNKNOWN_MACHINE, MACHINE_DELETING, MALFORMED_DOCUMENT, INVALID_DEFINITION
 * @throws INVALID_ARGUMENT for a machine of the configuration
 */
export async function updateStateMachine(
  context: Pick<AppContext, 'store' | 'entropy' | 'clock'>,
  name: string,
  request: UpdateMachineRequest,
): Promise<UpdatedMachine> {
  const machine = await revise(context, name, request);
  const version =
    request.publish === true
      ? await publishRevision(context, machine, request.versionDescription)
      : null;
  return {
    machine,
    updatedAt: context.clock.now(),
    revisionId: machine.current.revisionId,
    versionNumber: version?.number ?? null,
  };
}

async function revise(
  context: Pick<AppContext, 'store' | 'entropy'>,
  name: string,
  request: UpdateMachineRequest,
): Promise<LivingMachine> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const machine = await requireActiveMachine(context, name);
    requireApiMachine(machine, 'changed');
    const { current } = machine;
    const definition = request.definition ?? definitionTextOf(current);
    if (request.definition !== undefined) checkDefinitionText(definition, machine.kind);
    const settings = toRevisionSettings(request, current);
    const isSame =
      definition === definitionTextOf(current) &&
      (['roleArn', 'logging', 'tracing', 'encryption'] as const).every(
        (key) => settings[key] === current[key],
      );
    if (isSame) return machine;
    const revised = await context.store.reviseStateMachine({
      id: machine.id,
      from: current.version,
      definition,
      definitionText: null,
      revisionId: context.entropy.uuid(),
      ...settings,
    });
    if (revised !== null) return revised;
  }
  throw new MillraceError(
    'CONFLICT',
    `other callers updated the machine '${name}' ${attemptsMax} times in a row: try again`,
    { retryable: true, fields: { machine: name } },
  );
}
