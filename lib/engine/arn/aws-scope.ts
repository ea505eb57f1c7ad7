/** The part of an ARN that is the same for everything in a store: partition, region and account. */
export interface AwsScope {
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
}

/** The scope of a store for which none was configured. */
export const defaultScope: AwsScope = Object.freeze({
  partition: 'aws',
  region: 'us-east-1',
  account: '000000000000',
});

/** Whether two scopes are the same. */
export function isSameScope(one: AwsScope, other: AwsScope): boolean {
  return (
    one.partition === other.partition &&
    one.region === other.region &&
    one.account === other.account
  );
}

/** Returns the partition that a region belongs to. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
