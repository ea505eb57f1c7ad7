/** Calls of the API as a Function URL makes them, once IAM has let the caller through. */
import { randomUUID } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { RunningFunction } from '../deployment/running-function.ts';
import { failed } from './scenario-world.ts';

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: JsonObject | undefined;
}

/** The Function URL of the templates and what is behind it; undefined when there is none. */
export function urlOf({ resolution, functions }: Deployment) {
  for (const url of resolution.ofType('AWS::Lambda::Url')) {
    const { FunctionArn = '' } = resolution.nameOf(url).attributes;
    const target = functions.get(FunctionArn);
    if (target !== undefined) return { url, target };
  }
  return undefined;
}

/** What the function answers; fails when that is no success. */
export async function callApi(
  deployment: Deployment,
  target: RunningFunction,
  method: Call['method'],
  path: string,
  body?: JsonObject,
): Promise<Json> {
  const event = urlEvent({ method, path, body }, deployment.resolution.place.account);
  const outcome = await target.invoke(JSON.stringify(event), 'a request of the API');
  const said = `${method} ${path}`;
  if (outcome.kind !== 'answered') throw failed(`${said} failed: ${JSON.stringify(outcome)}`);
  const answer: Json = JSON.parse(outcome.payload);
  const isGood = isObject(answer) && /^2\d\d$/.test(String(answer.statusCode));
  if (!isGood) throw failed(`${said} was answered ${outcome.payload.slice(0, 300)}`);
  return JSON.parse(String(answer.body));
}

function urlEvent(call: Call, account: string): JsonObject {
  const { method, path, body } = call;
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
