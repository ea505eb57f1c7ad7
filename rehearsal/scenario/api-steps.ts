/** Steps that check the API behind a Function URL: who may call it, and what it can do. */
import { randomUUID } from 'node:crypto';
import type { Deployment } from '../deployment/deployment.ts';
import type { RunningFunction } from '../deployment/running-function.ts';
import type { Principal } from '../iam/principal.ts';
import type { Resource } from '../template/assembly.ts';
import { callApi, findFunctionUrl } from './api-call.ts';
import { findWorkers } from './app-roles.ts';
import { freeItems } from './database/used-items.ts';
import { type ScenarioContext, stepFailure } from './scenario-context.ts';
import type { ScenarioStep } from './scenario-step.ts';

/**
 * Checks that a signed request is answered, and that an unsigned one and one of a role without
 * permission are refused.
 */
export const apiAccessStep: ScenarioStep = {
  name: 'the API answers callers that IAM allows, and no others',
  skipReason: noFunctionUrl,
  run: async (context) => {
    const { deployment } = context;
    const { url, target } = getApi(deployment);
    checkUrlAccess(deployment, url, target);
    const listed = await callApi(deployment, target, 'GET', '/v1/batches');
    const known = await Promise.all(context.batches.map((name) => context.batchIds(name)));
    const text = JSON.stringify(listed);
    const missing = known.flat().filter((id) => !text.includes(id));
    if (missing.length > 0) throw stepFailure(`its list of batches lacks ${missing.join(', ')}`);
    deployment.coverage.record(url.id, 'let a signed request through, and no other');
    return `it listed ${known.flat().length} batches`;
  },
};

/** Checks that the API's function has the permissions that its requests need. */
export function apiRequestStep(batch: string): ScenarioStep {
  return {
    name: `the API lists queues, starts '${batch}' and cancels it`,
    skipReason: noFunctionUrl,
    run: async (context) => {
      const { deployment } = context;
      const { url, target } = getApi(deployment);
      const id = randomUUID();
      await freeItems(context, batch);
      await callApi(deployment, target, 'GET', '/v1/queues');
      await callApi(deployment, target, 'POST', '/v1/batches', { name: batch, id });
      await callApi(deployment, target, 'POST', `/v1/batches/${id}/cancel`, {});
      const { status, total } = await context.waitForEnd(id);
      if (status !== 'ABORTED') throw stepFailure(`the batch was cancelled but ended ${status}`);
      deployment.coverage.record(url.id, 'carried out requests');
      return `it ended ABORTED after ${total} executions`;
    },
  };
}

const noFunctionUrlText = 'the templates have no Function URL';

function noFunctionUrl({ deployment }: ScenarioContext): string | null {
  return findFunctionUrl(deployment) === undefined ? noFunctionUrlText : null;
}

function getApi(deployment: Deployment) {
  const found = findFunctionUrl(deployment);
  if (found === undefined) throw stepFailure(noFunctionUrlText);
  return found;
}

/** Evaluates the policies as AWS does before it invokes the function. */
export function checkUrlAccess(
  deployment: Deployment,
  url: Resource,
  target: RunningFunction,
): void {
  const { AuthType } = deployment.resolution.propertiesOf(url);
  if (AuthType !== 'AWS_IAM') {
    throw stepFailure(`${url.id}: its AuthType is ${AuthType}, not AWS_IAM`);
  }
  const [worker] = findWorkers(deployment);
  const roleArn = worker?.deployed.roleArn ?? '';
  const strangers: Principal[] = [
    { kind: 'anonymous' },
    { kind: 'role', roleArn, session: 'stranger' },
  ];
  for (const principal of strangers) {
    if (!mayInvoke(deployment, target, principal)) continue;
    throw stepFailure(`${url.id} lets ${principal.kind} callers through without permission`);
  }
  const { account } = deployment.resolution.environment;
  if (!mayInvoke(deployment, target, { kind: 'administrator', account })) {
    throw stepFailure(`${url.id} lets no caller through, not even an administrator`);
  }
}

/** Since October 2025 AWS requires both permissions. */
function mayInvoke(
  { access }: Deployment,
  { deployed }: RunningFunction,
  principal: Principal,
): boolean {
  const context = {
    'lambda:FunctionUrlAuthType': 'AWS_IAM',
    'lambda:InvokedViaFunctionUrl': 'true',
  };
  const resource = deployed.definition.arn;
  return ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'].every(
    (action) => access.decide({ principal, action, resource, context }).allowed,
  );
}
