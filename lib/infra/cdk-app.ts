/** Creates the CDK app of the stacks. */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';

/**
 * Feature flags of the CDK. They are set here instead of in cdk.json, so that `cdk synth` and
 * `bin/infra.ts` give the same templates.
 */
const flags = Object.freeze({
  // A strong reference could not be removed: a queue that is removed from the configuration would
  // be kept by the functions that still import it.
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

/**
 * Creates the app, whose synthesis fails on findings of cdk-nag that are not acknowledged.
 * @param outdir folder of the templates. @default cdk.out
 */
export function createApp(outdir = 'cdk.out'): App {
  const app = new App({ outdir, analyticsReporting: false, context: { ...flags } });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return app;
}
