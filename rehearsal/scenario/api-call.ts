/** Calls the API as a Function URL does after IAM has let the caller through. */
import { randomUUID } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { RunningFunction } from '../deployment/running-function.ts';
import { stepFailure } from './scenario-context.ts';

interface ApiCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: JsonObject | undefined;
}

/** A request to a Function URL, after IAM has let its caller through. */
export interface SignedCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Its bytes in base64; undefined without a body. */
  readonly body: string | undefined;
}

/** The functions behind URLs, as their log lines name them. */
export type ServiceName = 'api' | 'step-functions';

/** Finds the Function URL of an API and its function; undefined when there is none. */
export function findFunctionUrl(
  { resolution, functions }: Deployment,
  service: ServiceName = 'api',
) {
  for (const url of resolution.ofType('AWS::Lambda::Url')) {
    const { FunctionArn = '' } = resolution.nameOf(url).attributes;
    const target = functions.get(FunctionArn);
    const name = target?.deployed.definition.variables.POWERTOOLS_SERVICE_NAME;
    if (target !== undefined && name === service) return { url, target };
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
  const call = toSignedCall({ method, path, body });
  const event = urlEvent(call, deployment.resolution.environment.account);
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

function toSignedCall({ method, path, body }: ApiCall): SignedCall {
  const headers = { accept: 'application/json' };
  if (body === undefined) return { method, path, headers, body };
  return {
    method,
    path,
    headers: { ...headers, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)).toString('base64'),
  };
}

/** Returns the event that a function receives for a request of an administrator. */
export function urlEvent({ method, path, headers, body }: SignedCall, account: string): JsonObject {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { ...headers, host: 'rehearsal.lambda-url.us-east-1.on.aws' },
    ...(body !== undefined && { body }),
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
    isBase64Encoded: body !== undefined,
  };
}
