/** Steps about the API behind a Function URL: whom it answers, and whom IAM turns away. */
import { randomUUID } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../../asl/json.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { RunningFunction } from '../deployment/running-function.ts';
import type { AccessRequest } from '../iam/evaluate.ts';
import type { Resource } from '../template/assembly.ts';
import { workersOf } from './app-roles.ts';
import { failed } from './scenario-world.ts';
import type { Step } from './step.ts';

/** A signed request is answered; an unsigned one, and one without the right, are turned away. */
export const apiStep: Step = {
  name: 'the API answers whoever IAM lets through, and nobody else',
  obstacle: ({ deployment }) =>
    urlOf(deployment) === undefined ? 'the templates have no Function URL' : null,
  run: async (world) => {
    const { deployment } = world;
    const found = urlOf(deployment);
    if (found === undefined) throw failed('the templates have no Function URL');
    const { url, target } = found;
    refuseStrangers(deployment, url, target);
    const listed = await get(deployment, target, '/v1/batches');
    const known = await Promise.all(world.batches.map((name) => world.batchIds(name)));
    const text = JSON.stringify(listed);
    const missing = known.flat().filter((id) => !text.includes(id));
    if (missing.length > 0) throw failed(`its list of batches lacks ${missing.join(', ')}`);
    deployment.evidence.note(url.id, 'let a signed request through, and no other');
    return `it listed ${known.flat().length} batches`;
  },
};

function urlOf({ resolution, functions }: Deployment) {
  for (const url of resolution.ofType('AWS::Lambda::Url')) {
    const { FunctionArn = '' } = resolution.nameOf(url).attributes;
    const target = functions.get(FunctionArn);
    if (target !== undefined) return { url, target };
  }
  return undefined;
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

/** What the function answers to a request that IAM has let through. */
async function get(deployment: Deployment, target: RunningFunction, path: string): Promise<Json> {
  const event = urlEvent(path, deployment.resolution.place.account);
  const outcome = await target.invoke(JSON.stringify(event), 'a request of the API');
  if (outcome.kind !== 'answered') throw failed(`GET ${path} failed: ${JSON.stringify(outcome)}`);
  const answer: Json = JSON.parse(outcome.payload);
  if (!isObject(answer) || answer.statusCode !== 200) {
    throw failed(`GET ${path} was answered ${outcome.payload.slice(0, 300)}`);
  }
  return JSON.parse(String(answer.body));
}

function urlEvent(path: string, account: string): JsonObject {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { host: 'rehearsal.lambda-url.us-east-1.on.aws', accept: 'application/json' },
    requestContext: {
      accountId: account,
      apiId: 'rehearsal',
      authentication: null,
      authorizer: {
        iam: {
          accessKey: 'ASIAREHEARSAL',
          accountId: account,
          callerId: 'rehearsal',
          cognitoIdentity: null,
          principalOrgId: null,
          userArn: `arn:aws:iam::${account}:root`,
          userId: 'rehearsal',
        },
      },
      domainName: 'rehearsal.lambda-url.us-east-1.on.aws',
      domainPrefix: 'rehearsal',
      http: {
        method: 'GET',
        path,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'millrace rehearse',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: new Date().toISOString(),
      timeEpoch: Date.now(),
    },
    isBase64Encoded: false,
  };
}
