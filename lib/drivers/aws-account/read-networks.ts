import type { NetworkUsage } from '../../ports/account-reader.ts';
import { notInstalled } from '../shared/missing-package.ts';

/** The quota "VPCs per Region" of Amazon VPC. */
const quota = { ServiceCode: 'vpc', QuotaCode: 'L-F678F1CE' };

/** The tag that CloudFormation gives to what it creates. */
const stackTag = 'aws:cloudformation:stack-name';

/**
 * Reads how many VPCs the region has and may have, and which stacks have created one. The packages
 * are loaded when they are needed: a check without them is a check less.
 * @param options of the clients
 */
export async function readNetworks(options: object): Promise<NetworkUsage> {
  const name = '@aws-sdk/client-ec2 @aws-sdk/client-service-quotas';
  const orSayWhich = notInstalled('the check of VPCs', name);
  const { EC2Client, paginateDescribeVpcs } = await import('@aws-sdk/client-ec2').catch(orSayWhich);
  const { GetServiceQuotaCommand, ServiceQuotasClient } = await import(
    '@aws-sdk/client-service-quotas'
  ).catch(orSayWhich);
  const ec2 = new EC2Client(options);
  const quotas = new ServiceQuotasClient(options);
  try {
    const { Quota } = await quotas.send(new GetServiceQuotaCommand(quota));
    const stacks: string[] = [];
    let used = 0;
    for await (const { Vpcs = [] } of paginateDescribeVpcs({ client: ec2 }, {})) {
      used += Vpcs.length;
      const tags = Vpcs.flatMap(({ Tags = [] }) => Tags);
      stacks.push(...tags.flatMap(({ Key, Value }) => (Key === stackTag ? (Value ?? []) : [])));
    }
    return { used, limit: Quota?.Value ?? 0, stacks };
  } finally {
    ec2.destroy();
    quotas.destroy();
  }
}
