import { MillraceError } from '../../lib/errors.ts';
import type { Resolution } from '../template/resolution.ts';
import { deleteStacks, deployStacks } from './change-stacks.ts';
import {
  DeploymentRefusal,
  isDeletionProtected,
  isKept,
  SimulatedAccount,
} from './simulated-account.ts';

/**
 * Deletes the stacks of an assembly in an account that has nothing else. Returns what is kept.
 * @throws DeploymentRefusal when AWS would refuse to delete anything
 */
export async function rehearseDeletion(resolution: Resolution): Promise<string> {
  const account = new SimulatedAccount();
  await deployStacks(account, resolution, async () => {});
  try {
    await deleteStacks(account, resolution, async () => {});
  } catch (error) {
    const guarded = resolution.resources.filter(isDeletionProtected).map(({ id }) => id);
    // Whoever protects what the stack would delete wants the deletion to be refused.
    if (!(error instanceof DeploymentRefusal && guarded.includes(error.resource))) throw error;
    return `refused, as ${error.resource} is protected from deletion`;
  }
  const kept = new Set(resolution.resources.filter(isKept).map(({ id }) => id));
  const left = account.existing.filter((id) => !kept.has(id));
  if (left.length > 0) {
    throw new MillraceError('CONFLICT', `${left.join(', ')} would be left over`);
  }
  return kept.size === 0 ? 'nothing is kept' : `${kept.size} resources are kept`;
}
