import type { CustomResourceRequest } from '../cloudformation/change-stacks.ts';
import type { Deployment } from './deployment.ts';
import { resourceFailure } from './resource-failure.ts';

/**
 * Sends the function of a custom resource a request with the properties of `resource`, and throws
 * what it answers if that is no success. The resource exists already.
 */
export async function askCustomResource(
  { customResources, resolution, functions, coverage }: Deployment,
  { type, resource, before }: CustomResourceRequest,
): Promise<void> {
  const deployed = resolution.resources.find(({ id }) => id === resource.id);
  const { ServiceToken = '' } = deployed === undefined ? {} : resolution.propertiesOf(deployed);
  const target = functions.get(String(ServiceToken));
  if (deployed === undefined || target === undefined) {
    throw resourceFailure(resource, `its function ${String(ServiceToken)} cannot be rehearsed`);
  }
  const answered = await customResources.send({
    type,
    resource,
    properties: { ...resource.properties, ServiceToken },
    ...(before !== null && { oldProperties: { ...before.properties, ServiceToken } }),
    physicalId: resolution.nameOf(deployed).ref,
    stackId: `arn:aws:cloudformation:::stack/${resource.stack}/rehearsal`,
    invoke: (payload) => target.invoke(payload, `${type} for ${resource.logicalId}`),
  });
  if (answered.kind === 'failed') throw resourceFailure(resource, answered.reason);
  coverage.record(resource.id, `${type.toLowerCase()}d by ${target.deployed.resource.logicalId}`);
}
