/** What requests to Lambda, STS and CloudWatch ask for. */
import { arnIn, type ReadDemand } from '../aws-request.ts';

const invocation = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** An invocation, by the function's name, ARN, version or alias. */
export const lambdaDemand: ReadDemand = (request) => {
  const [, encoded] = invocation.exec(request.path) ?? [];
  if (encoded === undefined || request.method !== 'POST') return undefined;
  const name = decodeURIComponent(encoded);
  const qualifier = request.query.get('Qualifier');
  const whole = name.startsWith('arn:') ? name : arnIn(request, `function:${name}`);
  const resource = qualifier === null ? whole : `${whole}:${qualifier}`;
  return { operation: 'Invoke', needs: [{ action: 'lambda:InvokeFunction', resource }] };
};

/** Who am I: everybody may ask. */
export const stsDemand: ReadDemand = ({ body }) => {
  const action = new URLSearchParams(body.toString('utf8')).get('Action');
  return action === 'GetCallerIdentity' ? { operation: action, needs: [] } : undefined;
};

/** Metrics, in any of CloudWatch's protocols; the namespace is read where it is plain. */
export const monitoringDemand: ReadDemand = ({ path, headers, body }) => {
  const form = new URLSearchParams(body.toString('latin1'));
  const names = [form.get('Action'), path.split('/').at(-1), String(headers['x-amz-target'])];
  if (!names.some((name) => name?.endsWith('PutMetricData'))) return undefined;
  const namespace = form.get('Namespace');
  const context = namespace === null ? {} : { 'cloudwatch:namespace': namespace };
  const need = { action: 'cloudwatch:PutMetricData', resource: '*', context };
  return { operation: 'PutMetricData', needs: [need] };
};
