/** Reads requests to Lambda, STS, Secrets Manager and CloudWatch. */
import { buildArn, getText, type OperationReader, readJsonBody } from '../aws-request.ts';

const invocation = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** Reads an invocation of Lambda, by the function's name, ARN, version or alias. */
export const readLambdaOperation: OperationReader = (request) => {
  const [, encoded] = invocation.exec(request.path) ?? [];
  if (encoded === undefined || request.method !== 'POST') return undefined;
  const name = decodeURIComponent(encoded);
  const qualifier = request.query.get('Qualifier');
  const whole = name.startsWith('arn:') ? name : buildArn(request, `function:${name}`);
  const resource = qualifier === null ? whole : `${whole}:${qualifier}`;
  const required = { action: 'lambda:InvokeFunction', resource };
  return { operation: 'Invoke', requiredPermissions: [required] };
};

/** Reads `GetCallerIdentity` of STS, which requires no permission. */
export const readStsOperation: OperationReader = ({ body }) => {
  const action = new URLSearchParams(body.toString('utf8')).get('Action');
  if (action !== 'GetCallerIdentity') return undefined;
  return { operation: action, requiredPermissions: [] };
};

/** Reads `GetSecretValue` of Secrets Manager, by the ARN of the secret. */
export const readSecretsOperation: OperationReader = (request) => {
  const operation = 'GetSecretValue';
  if (request.headers['x-amz-target'] !== `secretsmanager.${operation}`) return undefined;
  const resource = getText(readJsonBody(request), 'SecretId');
  const required = { action: `secretsmanager:${operation}`, resource };
  return { operation, requiredPermissions: [required] };
};

/**
 * Reads `PutMetricData` in any of CloudWatch's protocols; the namespace only from forms, the one
 * protocol that is plain text.
 */
export const readMonitoringOperation: OperationReader = ({ path, headers, body }) => {
  const form = new URLSearchParams(body.toString('latin1'));
  const names = [form.get('Action'), path.split('/').at(-1), String(headers['x-amz-target'])];
  if (!names.some((name) => name?.endsWith('PutMetricData'))) return undefined;
  const namespace = form.get('Namespace');
  const context = namespace === null ? {} : { 'cloudwatch:namespace': namespace };
  const required = { action: 'cloudwatch:PutMetricData', resource: '*', context };
  return { operation: 'PutMetricData', requiredPermissions: [required] };
};
