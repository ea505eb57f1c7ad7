import { notInstalled } from '../../drivers/shared/missing-package.ts';
import type { Finding } from '../../operations/diagnosis/finding.ts';
import { checkAccount } from './check-account.ts';
import type { DeployPlan } from './deploy-plan.ts';

/** Packages that only a deploy needs. */
const packages =
  'aws-cdk-lib @aws-sdk/client-iam @aws-sdk/client-lambda @aws-sdk/client-rds ' +
  '@aws-sdk/client-ssm @aws-sdk/client-sts';

/**
 * Checks the account of the credentials for a deploy (`checkAccount`). Throws
 * INVALID_CONFIGURATION when a package is missing or no region is set.
 * @param plan returns what the deploy is going to need
 */
export async function checkDeploy(plan: () => Promise<DeployPlan>): Promise<Finding[]> {
  const orSayWhich = notInstalled('millrace deploy', packages);
  const needed = await plan().catch(orSayWhich);
  const { AwsAccountReader } = await import(
    '../../drivers/aws-account/aws-account-reader.ts'
  ).catch(orSayWhich);
  const reader = await AwsAccountReader.open(needed.region);
  try {
    return await checkAccount(needed, reader);
  } finally {
    reader.close();
  }
}
