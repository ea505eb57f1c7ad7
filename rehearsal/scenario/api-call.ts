/** Calls the API as a Function URL does after IAM has let the caller through. */
import { randomUUID } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import { envNames } from '../../lib/config/setting-sources.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { RunningFunction } from '../deployment/running-function.ts';
import { stepFailure } from './scenario-context.ts';

interface ApiCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: JsonObject | undefined;
}

/** Finds the Function URL of the API and its function; undefined when there is none. */
export function findFunctionUrl({ resolution, functions }: Deployment) {
  for (const url of resolution.ofType('AWS::Lambda::Url')) {
    const { FunctionArn = '' } = resolution.nameOf(url).attributes;
    const target = functions.get(FunctionArn);
    const isHosted = target?.deployed.definition.variables[envNames.hostedLogin] !== undefined;
    if (target !== undefined && !isHosted) return { url, target };
  }
  return undefined;
}

/** Returns the body that the function answers. Throws when its status is not 2xx. */
export async function callApi(
  deployment: Deployment,
  target: RunningFunction,
  method: ApiCall['method'],
  path: string,
  body?: JsonObject,
): Promise<Json> {
  const event = urlEvent({ method, path, body }, deployment.resolution.environment.account);
  const outcome = await target.invoke(JSON.stringify(event), 'an API request');
  const request = `${method} ${path}`;
  if (outcome.kind !== 'answered') {
    throw stepFailure(`${request} failed: ${JSON.stringify(outcome)}`);
  }
  const answer: Json = JSON.parse(outcome.payload);
  const isSuccess = isObject(answer) && /^2\d\d$/.test(String(answer.statusCode));
  if (!isSuccess) throw stepFailure(`${request} returned ${outcome.payload.slice(0, 300)}`);
  return JSON.parse(String(answer.body));
}

function urlEvent({ method, path, body }: ApiCall, account: string): JsonObject {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: {
      host: 'rehearsal.lambda-url.us-east-1.on.aws',
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
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
        method,
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
