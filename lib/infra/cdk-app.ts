/** Creates the CDK app of the stacks. */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { FindingReport } from './nag/report-findings.ts';

/**
 * Feature flags of the CDK. They are set here instead of in cdk.json, so that `cdk synth` and
 * `bin/infra.ts` give the same templates.
 */
const flags = Object.freeze({
  // What the app uses of the data cannot be replaced behind its back, see `createStacks`.
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
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

/** Options of {@link createApp}. */
export interface CdkAppOptions {
  /** Folder of the templates. @default cdk.out */
  readonly outdir?: string;
  /**
   * Whether findings of cdk-nag that are not acknowledged fail the synthesis, as in Millrace's own
   * tests, instead of being reported as warnings. @default false
   */
  readonly failsOnFindings?: boolean;
}

/** Creates the app, whose synthesis reports findings of cdk-nag that are not acknowledged. */
export function createApp({ outdir = 'cdk.out', failsOnFindings }: CdkAppOptions = {}): App {
  const app = new App({ outdir, analyticsReporting: false, context: { ...flags } });
  const packs = [new AwsSolutionsChecks(app), new ServerlessChecks(app)];
  Validations.of(app).addPlugins(
    ...packs.map((pack) => (failsOnFindings === true ? pack : new FindingReport(pack))),
  );
  return app;
}
