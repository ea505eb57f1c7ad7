import { Fn, Stack } from 'aws-cdk-lib';

/** A stack whose synthesis asks no account, even if its account and region are fixed. */
export class AppStack extends Stack {
  /** The first zones of the region, by their place in its list: the CDK would look them up. */
  override get availabilityZones(): string[] {
    return [0, 1].map((index) => Fn.select(index, Fn.getAzs()));
  }
}
