import type { JsonObject } from '../../lib/asl/json/json.ts';
import type { Resource } from '../template/assembly.ts';
import type { Deployment } from './deployment.ts';
import { resourceFailure } from './resource-failure.ts';

/**
 * Creates a custom resource by its function and records its answer. The resource is deleted by the
 * same function when the deployment is destroyed.
 */
export async function createCustomResource(
  deployment: Deployment,
  resource: Resource,
  properties: JsonObject,
): Promise<void> {
  const { customResources, coverage } = deployment;
  const target = deployment.functions.get(String(properties.ServiceToken));
  if (target === undefined) {
    const reason = `its function ${properties.ServiceToken} cannot be rehearsed`;
    throw resourceFailure(resource, reason);
  }
  const call = {
    resource,
    properties,
    stackId: `arn:aws:cloudformation:::stack/${resource.stack}/rehearsal`,
    invoke: (payload: string) => target.invoke(payload, `CloudFormation for ${resource.logicalId}`),
  };
  const created = await customResources.send({ ...call, type: 'Create' });
  if (created.kind === 'failed') throw resourceFailure(resource, created.reason);
  deployment.resolution.setName(resource, created.name);
  coverage.record(resource.id, `created by ${target.deployed.resource.logicalId}`);
  deployment.cleanups.push(async () => {
    const physicalId = created.name.ref;
    const deleted = await customResources.send({ ...call, type: 'Delete', physicalId });
    if (deleted.kind === 'failed') {
      throw resourceFailure(resource, `not deleted: ${deleted.reason}`);
    }
    coverage.record(resource.id, 'deleted');
  });
}
