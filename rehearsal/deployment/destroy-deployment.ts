import { messageOf } from '../../lib/errors.ts';
import type { Deployment } from './deployment.ts';
import type { Problems } from './problems.ts';

/** Destroys a deployment, whatever state it is in: no process, server or database is left. */
export async function destroyDeployment(deployment: Deployment): Promise<void> {
  const { problems } = deployment;
  deployment.eventBridge.stop();
  await Promise.all([...deployment.pollers.values()].map((poller) => poller.stop()));
  for (const cleanup of deployment.cleanups.toReversed()) await runCleanup(cleanup, problems);
  // Invocations that still run are ended here: their failures are no problems.
  await problems.tolerating(['denied', 'function', 'source'], async () => {
    const functions = [...deployment.functions.values()];
    await Promise.all(functions.map((each) => each.stop()));
  });
  deployment.customResources.close();
  deployment.traces?.close();
  await deployment.identityProvider?.close();
  await deployment.proxy.close();
  await deployment.backends.close();
}

/** A resource that cannot be deleted must not keep the others from being deleted. */
async function runCleanup(cleanup: () => Promise<void>, problems: Problems): Promise<void> {
  try {
    await cleanup();
  } catch (error) {
    problems.add({ kind: 'function', resource: 'destroy', message: messageOf(error) });
  }
}
