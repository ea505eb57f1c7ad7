/** Steps that change the stacks after the first deploy: an update, a rollback, a deletion. */

import { usesDatabase } from '../checks/check-schema-order.ts';
import {
  type CustomResourceRequest,
  deployStacks,
  updateStacks,
} from '../cloudformation/change-stacks.ts';
import { makeNextRelease, schemaType } from '../cloudformation/next-release.ts';
import { rehearseDeletion } from '../cloudformation/rehearse-deletion.ts';
import { describeChanges } from '../cloudformation/rehearse-update.ts';
import { SimulatedAccount } from '../cloudformation/simulated-account.ts';
import { askCustomResource } from '../deployment/ask-custom-resource.ts';
import { Resolution } from '../template/resolution.ts';
import { withNewerSchema } from './database/newer-schema.ts';
import { type ScenarioContext, stepFailure } from './scenario-context.ts';
import type { ScenarioStep } from './scenario-step.ts';

/** Checks what CloudFormation does at the next deploy, and in which order. */
export const updateStep: ScenarioStep = {
  name: 'the next release replaces only what it must, and deletes at last',
  skipReason: noSchema,
  run: async (context) => {
    const { account, before, after, ask } = await prepareUpdate(context);
    const start = account.events.length;
    const outcome = await updateStacks({ account, before, after, ask });
    if (outcome.kind !== 'updated') throw stepFailure(outcome.reason);
    const deleted = account.events.slice(start).filter(({ action }) => action === 'delete');
    return (
      `${describeChanges(outcome.changes)}; ${deleted.length} deleted at last; the schema was ` +
      'migrated before any function had new code'
    );
  },
};

/** Checks that a deploy that fails after the migration is rolled back, over the newer schema. */
export const rollbackStep: ScenarioStep = {
  name: 'a release that fails after its migration is rolled back, over the newer schema',
  skipReason: noSchema,
  run: async (context) => {
    const { account, before, after, ask } = await prepareUpdate(context);
    const existing = account.existing.toSorted();
    const failing = after.resources.findLast(({ type }) => type === 'AWS::Lambda::Function');
    const outcome = await withNewerSchema(context, () =>
      updateStacks({ account, before, after, ask, failingId: failing?.id ?? '' }),
    );
    if (outcome.kind !== 'rolled back') {
      const reason = outcome.kind === 'stuck' ? outcome.reason : 'it did not fail';
      throw stepFailure(`expected a rollback: ${reason}`);
    }
    const left = account.existing.toSorted();
    if (left.join() !== existing.join()) {
      throw stepFailure(`the rollback of ${outcome.stack} left other resources than before`);
    }
    return `${outcome.stack} has its ${left.length} resources as before`;
  },
};

/** Checks that the stacks can be deleted, and that exactly what is to be kept is kept. */
export const deletionStep: ScenarioStep = {
  name: 'the stacks can be deleted, and what is kept is complete',
  run: ({ deployment }) => rehearseDeletion(deployment.resolution),
};

/** Creates the stacks in an account, and their next release. */
async function prepareUpdate({ deployment }: ScenarioContext) {
  const before = deployment.resolution;
  const { endpoint } = before.environment;
  const after = new Resolution(makeNextRelease(before.assembly), { endpoint });
  const account = new SimulatedAccount();
  await deployStacks(account, before, async () => {});
  // Only the migration is asked again: what the other functions do, a deploy has shown.
  const ask = async (request: CustomResourceRequest) => {
    if (request.resource.type !== schemaType) return;
    expectOldFunctions(account, before, request);
    await askCustomResource(deployment, request);
  };
  return { account, before, after, ask };
}

function noSchema({ deployment }: ScenarioContext): string | null {
  if (deployment.resolution.ofType(schemaType).length > 0) return null;
  return 'no resource of the templates migrates a schema';
}

/** While the schema is migrated, every function but the migration itself has its old code. */
function expectOldFunctions(
  account: SimulatedAccount,
  before: Resolution,
  { type, resource }: CustomResourceRequest,
): void {
  if (type !== 'Update' || resource.properties.bundle !== 'of the next release') return;
  const token = JSON.stringify(resource.properties.ServiceToken);
  const [first] = before
    .ofType('AWS::Lambda::Function')
    .filter((each) => usesDatabase(each) && !token.includes(each.logicalId))
    .filter(({ id, properties }) => account.find(id)?.properties !== properties);
  if (first === undefined) return;
  throw stepFailure(`${first.id} has new code before ${resource.id} has migrated the schema`);
}
