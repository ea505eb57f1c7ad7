import type { MachineType } from '../../asl/definition.ts';
import { findNameProblem } from '../../engine/arn/resource-name.ts';
import { MillraceError } from '../../errors.ts';
import type {
  LivingMachine,
  NewStateMachine,
} from '../../ports/store/machines/state-machine-store.ts';
import type { ResourceTag } from '../../ports/store/machines/tag-store.ts';
import type { AppContext } from '../app-context.ts';
import { requireRoomForTags, tagsMax } from '../tags/tags.ts';
import { publishRevision } from '../versions/versions.ts';
import { requireActive } from './machine-refusals.ts';
import {
  checkDefinitionText,
  definitionTextOf,
  type MachineSettings,
  toRevisionSettings,
} from './read-machine.ts';

/** A machine to make at run time. */
export interface CreateMachineRequest extends MachineSettings {
  readonly name: string;
  /** A JSON text, which is kept letter for letter. */
  readonly definition: string;
  /** @default STANDARD */
  readonly type?: MachineType;
  /** @default [] */
  readonly tags?: readonly ResourceTag[];
  /** Whether to publish its first version. @default false */
  readonly publish?: boolean;
  readonly versionDescription?: string;
}

/** A machine that was made, or that the same request had made before. */
export interface CreatedMachine {
  readonly machine: LivingMachine;
  /** The version that was published; null without `publish`. */
  readonly versionNumber: number | null;
}

/**
 * Makes a machine that any worker of the store runs. The same request again returns the first
 * machine; a different role or different tags do not make it another request.
 * @throws INVALID_ARGUMENT for a bad name, MALFORMED_DOCUMENT, INVALID_DEFINITION
 * @throws MACHINE_EXISTS when a machine of the name differs, MACHINE_DELETING, TOO_MANY_TAGS
 */
export async function createStateMachine(
  context: Pick<AppContext, 'store'>,
  request: CreateMachineRequest,
): Promise<CreatedMachine> {
  const { name, definition, type = 'STANDARD', tags = [] } = request;
  const problem = findNameProblem(name);
  if (problem !== null) {
    throw new MillraceError('INVALID_ARGUMENT', `the machine's name: ${problem}`, {
      fields: { argument: 'name' },
    });
  }
  checkDefinitionText(definition, type);
  requireRoomForTags(tags);
  const { store } = context;
  const settings = toRevisionSettings(request);
  const made = { name, kind: type, definition, definitionText: null, ...settings };
  const { machine, created } = await createOrFind(store, made);
  if (!created) await requireSame(context, machine, request);
  else if (tags.length > 0) await store.putTags(`machine:${machine.id}`, tags, tagsMax);
  if (request.publish !== true) return { machine, versionNumber: null };
  const first = created ? null : await findFirstVersion(context, machine);
  const version = first ?? (await publishRevision(context, machine, request.versionDescription));
  return { machine, versionNumber: version.number };
}

/** The name of a machine is free as soon as the last execution of its deleted one has ended. */
async function createOrFind(store: AppContext['store'], made: NewStateMachine) {
  const found = await store.createStateMachine(made);
  if (found.created || found.machine.status !== 'DELETING') return found;
  if (!(await store.finishMachineDeletion(found.machine.id))) return found;
  return store.createStateMachine(made);
}

/** Compares what AWS compares: neither the role nor the tags. */
async function requireSame(
  context: Pick<AppContext, 'store'>,
  machine: LivingMachine,
  request: CreateMachineRequest,
): Promise<void> {
  requireActive(machine);
  const { current } = machine;
  const { type = 'STANDARD', publish = false, versionDescription = '' } = request;
  const settings = toRevisionSettings(request);
  const first = await findFirstVersion(context, machine);
  const isSame =
    machine.origin === 'api' &&
    machine.kind === type &&
    definitionTextOf(current) === request.definition &&
    (['logging', 'tracing', 'encryption'] as const).every(
      (key) => current[key] === settings[key],
    ) &&
    publish === (first !== null) &&
    (first?.description ?? '') === versionDescription;
  if (isSame) return;
  throw new MillraceError(
    'MACHINE_EXISTS',
    `a machine named '${machine.name}' exists and differs from this one: update it, or choose another name`,
    { fields: { machine: machine.name } },
  );
}

/** Returns the version of the revision that the machine was made with. */
async function findFirstVersion({ store }: Pick<AppContext, 'store'>, { id }: LivingMachine) {
  const first = await store.getPublishedVersion(id, 1);
  return first?.revision === 1 ? first : null;
}
