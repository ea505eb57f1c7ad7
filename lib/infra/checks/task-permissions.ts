/**
 * Which calls of AWS the app's machines make that no policy lets workers make. Only told: which
 * resources are meant, a definition seldom says.
 */
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { MachineDescription } from '../../config/app-description.ts';

/** Carried out by Millrace itself, or without AWS. */
const ownServices = new Set(['states', 'http', 'activity']);

/** Calls whose permission has another name. */
const renamed: Readonly<Record<string, string>> = {
  'lambda:Invoke': 'lambda:InvokeFunction',
  'apigateway:Invoke': 'execute-api:Invoke',
};

/** A sentence for each machine that lacks something, with what to add. */
export function missingPermissions(
  machines: readonly MachineDescription[],
  policies: readonly PolicyStatement[],
): string[] {
  const granted = policies.flatMap(({ actions }) => actions);
  return machines.flatMap(({ id, awsResources }) => {
    const needed = new Set(awsResources.flatMap(actionOf));
    const missing = [...needed].filter((action) => !granted.some((each) => covers(each, action)));
    if (missing.length === 0) return [];
    return [
      `the machine ${id} calls ${missing.join(', ')}, which workers may not: add ` +
        `{ actions: ${JSON.stringify(missing)}, resources: [what is meant] } to taskPolicies`,
    ];
  });
}

/** `arn:aws:states:::dynamodb:putItem.sync` needs `dynamodb:PutItem`. */
function actionOf(resource: string): string[] {
  if (/^arn:aws[\w-]*:lambda:/.test(resource)) return ['lambda:InvokeFunction'];
  const called = /^arn:aws[\w-]*:states:::(?:aws-sdk:)?([^:.]+):([^:.]+)/.exec(resource);
  const [, service = '', call = ''] = called ?? [];
  if (service === '' || ownServices.has(service)) return [];
  const action = `${service}:${call.charAt(0).toUpperCase()}${call.slice(1)}`;
  return [renamed[action] ?? action];
}

/** Whether `granted`, which may have wildcards, is or includes `action`. */
function covers(granted: string, action: string): boolean {
  const pattern = granted.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${pattern}$`, 'i').test(action);
}
