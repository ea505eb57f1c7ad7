/** The CDK app around the stacks: how it is synthesised, whoever calls it. */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';

/**
 * What the library asks to be chosen. Here and not in cdk.json, so that the same templates come of
 * `cdk synth` and of the program alone.
 */
const flags = Object.freeze({
  // Strong ones could not be changed: a queue that leaves the configuration would be held back by
  // the functions that still import it.
  '@aws-cdk/core:defaultCrossStackReferences': 'weak',
  '@aws-cdk/core:validateAgainstDefaultRules': true,
  '@aws-cdk/core:target-partitions': ['aws', 'aws-cn', 'aws-us-gov'],
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/aws-lambda:recognizeLayerVersion': true,
  '@aws-cdk/aws-lambda:createNewPoliciesWithAddToRolePolicy': false,
  '@aws-cdk/aws-lambda:useCdkManagedLogGroup': true,
  '@aws-cdk/aws-rds:databaseProxyUniqueResourceName': true,
  '@aws-cdk/aws-s3:publicAccessBlockedByDefault': true,
  '@aws-cdk/core:checkSecretUsage': true,
  '@aws-cdk/core:enablePartitionLiterals': true,
});

/** @param outdir where the templates are written. @default cdk.out */
export function createApp(outdir = 'cdk.out'): App {
  const app = new App({ outdir, analyticsReporting: false, context: { ...flags } });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return app;
}
