/** Published versions of machines: numbers that stand for revisions, and are never used again. */
import { MillraceError } from '../../errors.ts';
import type { PublishedVersion } from '../../ports/store/machines/published-version-store.ts';
import type { LivingMachine } from '../../ports/store/machines/state-machine-store.ts';
import type { Page, PageRequest } from '../../ports/store/page.ts';
import type { AppContext } from '../app-context.ts';
import {
  requireActive,
  requireActiveMachine,
  requireStateMachine,
} from '../state-machines/machine-refusals.ts';

/** Maximum number of published versions of a machine. AWS quota. */
const versionsMax = 1_000;

/** The word for the revision of a machine that was never changed. */
const initialRevision = 'INITIAL';

/** What to publish. */
export interface PublishRequest {
  /** Refuses to publish another revision than this; `INITIAL`: the first. @default the current */
  readonly revisionId?: string;
  /** Maximum 256 characters. @default '' */
  readonly description?: string;
}

/**
 * Publishes the current revision of a machine. Publishing it again returns the version that it has.
 * @throws UNKNOWN_MACHINE, MACHINE_DELETING, LIMIT_EXCEEDED
 * @throws CONFLICT when the current revision is not the one that is asked for
 */
export async function publishVersion(
  context: Pick<AppContext, 'store'>,
  name: string,
  { revisionId, description }: PublishRequest = {},
): Promise<PublishedVersion> {
  const machine = await requireActiveMachine(context, name);
  const current = machine.current.revisionId ?? initialRevision;
  if (revisionId !== undefined && revisionId !== current) {
    throw new MillraceError(
      'CONFLICT',
      `Failed to publish the State Machine version for revision ${revisionId}. ` +
        `The current State Machine revision is ${current}.`,
      { fields: { machine: name, given: revisionId, current } },
    );
  }
  return publishRevision(context, machine, description);
}

/** Publishes the current revision of a machine that was just read. Throws as above. */
export async function publishRevision(
  context: Pick<AppContext, 'store'>,
  machine: LivingMachine,
  description = '',
): Promise<PublishedVersion> {
  const { id, name, current } = machine;
  checkDescription(description);
  const version = await context.store.publishVersion({
    machineId: id,
    revision: current.version,
    description,
    versionsMax,
  });
  if (version !== null) return version;
  requireActive(await requireStateMachine(context, name));
  throw new MillraceError(
    'LIMIT_EXCEEDED',
    `the machine '${name}' has ${versionsMax} published versions, the most there can be: delete some`,
    { fields: { machine: name } },
  );
}

/** Lists the published versions of a machine, the newest first. Throws UNKNOWN_MACHINE. */
export async function listVersions(
  context: Pick<AppContext, 'store'>,
  name: string,
  page: PageRequest,
): Promise<Page<PublishedVersion>> {
  const { id } = await requireStateMachine(context, name);
  return context.store.listPublishedVersions(id, page);
}

/**
 * Deletes a published version; executions of it go on. Does nothing when it is not there.
 * @throws CONFLICT while aliases name it, with `fields.aliases`
 */
export async function deleteVersion(
  { store }: Pick<AppContext, 'store'>,
  name: string,
  number: number,
): Promise<void> {
  const machine = await store.findStateMachine(name);
  if (machine === null) return;
  const { aliases } = await store.deletePublishedVersion(machine.id, number);
  if (aliases.length === 0) return;
  throw new MillraceError(
    'CONFLICT',
    `the version ${number} of the machine '${name}' is named by the alias(es) ${aliases.join(', ')}: ` +
      'route them to other versions first',
    { fields: { machine: name, version: number, aliases: aliases.join(', ') } },
  );
}

const descriptionCharsMax = 256;

/** Throws INVALID_ARGUMENT for a description that is too long. */
export function checkDescription(description: string): void {
  if (description.length <= descriptionCharsMax) return;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `a description has at most ${descriptionCharsMax} characters; found ${description.length}`,
    { fields: { argument: 'description' } },
  );
}
