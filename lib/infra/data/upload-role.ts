import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/**
 * Creates the role of the CDK's function that uploads `what`. The CDK would attach a managed policy
 * that allows writing any log.
 */
export function createUploadRole(scope: Construct, logGroup: LogGroup, what: string): Role {
  const role = new Role(scope, 'Role', {
    description: `Millrace: uploads ${what}`,
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
  });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
  );
  return role;
}
