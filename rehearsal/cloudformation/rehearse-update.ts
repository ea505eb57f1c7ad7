import { MillraceError } from '../../lib/errors.ts';
import { loadAssembly } from '../template/assembly.ts';
import { Resolution } from '../template/resolution.ts';
import { deployStacks, updateStacks } from './change-stacks.ts';
import type { ResourceChange } from './plan-change.ts';
import { SimulatedAccount } from './simulated-account.ts';

/** Types whose replacement loses data. */
const dataTypes: ReadonlySet<string> = new Set([
  'AWS::KMS::Key',
  'AWS::RDS::DBCluster',
  'AWS::S3::Bucket',
]);

/**
 * Updates the stacks of another assembly to this one. Returns what changes.
 * @throws CONFLICT when AWS would refuse it, or when it would lose data
 */
export async function rehearseUpdate(folder: string, after: Resolution): Promise<string> {
  const before = await resolveAssembly(folder, after);
  const account = new SimulatedAccount();
  const ask = async () => {};
  await deployStacks(account, before, ask);
  const outcome = await updateStacks({ account, before, after, ask });
  if (outcome.kind !== 'updated') throw new MillraceError('CONFLICT', outcome.reason);
  expectDataKept(outcome.changes);
  return describeChanges(outcome.changes);
}

/** Resolves the assembly in a folder in the environment of another one. */
export async function resolveAssembly(
  folder: string,
  { environment }: Resolution,
): Promise<Resolution> {
  return new Resolution(await loadAssembly(folder), { endpoint: environment.endpoint });
}

/** Describes changes: how many of each kind, and what is replaced or removed by what. */
export function describeChanges(changes: readonly ResourceChange[]): string {
  const of = (kind: ResourceChange['kind']) => changes.filter((each) => each.kind === kind);
  const replaced = of('replace').map(({ resource, changed }) => {
    return `${resource.id} (${changed.join(', ')})`;
  });
  const names = (kind: ResourceChange['kind']) => of(kind).map(({ resource }) => resource.id);
  return [
    `${of('update').length} resources updated`,
    `${replaced.length} replaced${list(replaced)}`,
    `${of('create').length} created${list(names('create'))}`,
    `${of('remove').length} removed${list(names('remove'))}`,
  ].join(', ');
}

/** How many resources of a kind are named. */
const namedMax = 5;

function list(names: readonly string[]): string {
  if (names.length === 0) return '';
  const more = names.length > namedMax ? ' …' : '';
  return `: ${names.slice(0, namedMax).join(' ')}${more}`;
}

function expectDataKept(changes: readonly ResourceChange[]): void {
  const lost = changes.find(({ kind, resource }) => {
    return (kind === 'replace' || kind === 'remove') && dataTypes.has(resource.type);
  });
  if (lost === undefined) return;
  const { kind, resource, changed } = lost;
  const why = kind === 'remove' ? 'is no longer in the templates' : `changes ${changed.join(', ')}`;
  throw new MillraceError(
    'CONFLICT',
    `${resource.id} ${why}: its stack would use an empty one instead of its data`,
  );
}
