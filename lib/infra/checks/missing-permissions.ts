import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { MachineDescription } from '../../config/app-description.ts';

/** Services that Millrace implements itself, or that are not AWS's. */
const ownServices = new Set(['states', 'http', 'activity']);

/** IAM actions of calls with another name. */
const renamed: Readonly<Record<string, string>> = {
  'lambda:Invoke': 'lambda:InvokeFunction',
  'apigateway:Invoke': 'execute-api:Invoke',
};

/**
 * Returns a warning for each machine with calls of AWS that no policy of the workers allows, with
 * what to add. Only a warning, because a definition rarely says which resources are meant.
 */
export function missingPermissions(
  machines: readonly MachineDescription[],
  policies: readonly PolicyStatement[],
): string[] {
  const granted = policies.flatMap(({ actions }) => actions);
  return machines.flatMap(({ id, awsResources }) => {
    const needed = new Set(awsResources.flatMap(toActions));
    const missing = [...needed].filter((action) => !granted.some((each) => covers(each, action)));
    if (missing.length === 0) return [];
    return [
      `the machine ${id} calls ${missing.join(', ')}, which workers are not allowed to: add ` +
        `{ actions: ${JSON.stringify(missing)}, resources: [ARN, …] } to taskPolicies`,
    ];
  });
}

/** Returns `dynamodb:PutItem` for `arn:aws:states:::dynamodb:putItem.sync`. */
function toActions(resource: string): string[] {
  if (/^arn:aws[\w-]*:lambda:/.test(resource)) return ['lambda:InvokeFunction'];
  const called = /^arn:aws[\w-]*:states:::(?:aws-sdk:)?([^:.]+):([^:.]+)/.exec(resource);
  const [, service = '', call = ''] = called ?? [];
  if (service === '' || ownServices.has(service)) return [];
  const action = `${service}:${call.charAt(0).toUpperCase()}${call.slice(1)}`;
  return [renamed[action] ?? action];
}

/** Whether `granted`, which may contain wildcards, includes `action`. */
function covers(granted: string, action: string): boolean {
  const pattern = granted.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${pattern}$`, 'i').test(action);
}
