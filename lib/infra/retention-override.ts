/** The context `retain` of the CDK, in place of the setting. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { MillraceError } from '../errors.ts';
import type { MillraceStacksProps } from './stacks/millrace-stacks.ts';

/**
 * Returns the props with `retain` as `cdk -c retain=…` says: `true`, `false`, or `opposite`, the
 * other one than the configuration's. Throws INVALID_CONFIGURATION for anything else.
 */
export function overrideRetention(
  props: MillraceStacksProps,
  retain: unknown,
): MillraceStacksProps {
  const isKept = props.removalPolicy !== RemovalPolicy.DESTROY;
  switch (String(retain ?? isKept)) {
    case String(isKept):
      return props;
    case 'opposite':
      return withRetention(props, !isKept);
    case 'true':
    case 'false':
      return withRetention(props, !isKept);
    default:
      throw new MillraceError(
        'INVALID_CONFIGURATION',
        `-c retain=${String(retain)}: expected true, false or opposite`,
      );
  }
}

/** What protects the database goes with what keeps it. */
function withRetention(
  { removalPolicy: _, deletionProtection: __, ...props }: MillraceStacksProps,
  isKept: boolean,
): MillraceStacksProps {
  return isKept ? props : { ...props, removalPolicy: RemovalPolicy.DESTROY };
}
