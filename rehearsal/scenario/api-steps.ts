/** Steps about the API behind a Function URL: whom it answers, what it may, whom IAM turns away. */
import { randomUUID } from 'node:crypto';
import type { Deployment } from '../deployment/deployment.ts';
import type { RunningFunction } from '../deployment/running-function.ts';
import type { AccessRequest } from '../iam/evaluate.ts';
import type { Resource } from '../template/assembly.ts';
import { callApi, urlOf } from './api-call.ts';
import { workersOf } from './app-roles.ts';
import { failed, type ScenarioContext } from './scenario-world.ts';
import type { Step } from './step.ts';

/** A signed request is answered; an unsigned one, and one without the right, are turned away. */
export const apiStep: Step = {
  name: 'the API answers whoever IAM lets through, and nobody else',
  obstacle: noUrl,
  run: async (context) => {
    const { deployment } = context;
    const { url, target } = apiOf(deployment);
    refuseStrangers(deployment, url, target);
    const listed = await callApi(deployment, target, 'GET', '/v1/batches');
    const known = await Promise.all(context.batches.map((name) => context.batchIds(name)));
    const text = JSON.stringify(listed);
    const missing = known.flat().filter((id) => !text.includes(id));
    if (missing.length > 0) throw failed(`its list of batches lacks ${missing.join(', ')}`);
    deployment.evidence.note(url.id, 'let a signed request through, and no other');
    return `it listed ${known.flat().length} batches`;
  },
};

/** Orders over the API: what a function may not do for whoever may call it is of no use. */
export function apiOrderStep(batch: string): Step {
  return {
    name: `the API looks at the queues, starts '${batch}' and aborts it`,
    obstacle: noUrl,
    run: async (context) => {
      const { deployment } = context;
      const { url, target } = apiOf(deployment);
      const id = randomUUID();
      await callApi(deployment, target, 'GET', '/v1/queues');
      await callApi(deployment, target, 'POST', '/v1/batches', { name: batch, id });
      await callApi(deployment, target, 'POST', `/v1/batches/${id}/abort`, {});
      const { status, total } = await context.ended(id);
      if (status !== 'ABORTED') throw failed(`the batch was aborted, and ended ${status}`);
      deployment.evidence.note(url.id, 'carried out orders');
      return `it ended ABORTED after ${total} executions`;
    },
  };
}

const noUrlText = 'the templates have no Function URL';

function noUrl({ deployment }: ScenarioContext): string | null {
  return urlOf(deployment) === undefined ? noUrlText : null;
}

function apiOf(deployment: Deployment) {
  const found = urlOf(deployment);
  if (found === undefined) throw failed(noUrlText);
  return found;
}

/** Asks the policies what AWS asks before it calls the function. */
function refuseStrangers(deployment: Deployment, url: Resource, target: RunningFunction): void {
  const { AuthType } = deployment.resolution.propertiesOf(url);
  if (AuthType !== 'AWS_IAM') throw failed(`${url.id}: its AuthType is ${AuthType}, not AWS_IAM`);
  const [stranger] = workersOf(deployment);
  const roleArn = stranger?.deployed.roleArn ?? '';
  const strangers: AccessRequest['principal'][] = [
    { kind: 'anonymous' },
    { kind: 'role', roleArn, session: 'stranger' },
  ];
  for (const principal of strangers) {
    if (!mayCall(deployment, target, principal)) continue;
    throw failed(`${url.id} lets ${principal.kind} callers through who have no right to call it`);
  }
  const administrator = { kind: 'administrator', account: deployment.resolution.place.account };
  if (!mayCall(deployment, target, { ...administrator, kind: 'administrator' })) {
    throw failed(`${url.id} lets nobody through, not even an administrator`);
  }
}

/** Since October 2025 AWS asks for both. */
function mayCall(
  { access }: Deployment,
  { deployed }: RunningFunction,
  principal: AccessRequest['principal'],
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
