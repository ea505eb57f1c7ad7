import { isCustomResource } from '../template/assembly.ts';
import { creationOrder } from '../template/creation-order.ts';
import { createCustomResource } from './create-custom-resource.ts';
import type { Deployment } from './deployment.ts';
import { resourceCreators } from './resource-creators.ts';

/** Creates every resource in CloudFormation's order; throws at the first that cannot be created. */
export async function createResources(deployment: Deployment): Promise<void> {
  const { resolution } = deployment;
  for (const resource of creationOrder(resolution.assembly)) {
    if (!resolution.isDeployed(resource)) continue;
    const properties = resolution.propertiesOf(resource);
    const create = resourceCreators.get(resource.type);
    if (create !== undefined) await create(deployment, resource, properties);
    else if (isCustomResource(resource)) {
      await createCustomResource(deployment, resource, properties);
    }
  }
}
