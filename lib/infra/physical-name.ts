/**
 * Names of resources that others must know before they exist: a schedule by the function that it
 * calls, a queue by its dead letters. Made from the stack's name and the construct's path, so that
 * two of a kind never meet; everything else is named by CloudFormation.
 */
import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Characters of a construct's address that tell it from every other. */
const addressLength = 8;

/**
 * A name for `scope`, of letters, digits, `-` and `_`.
 * @param suffix tells apart what one construct has several of
 */
export function physicalName(scope: IConstruct, maxLength: number, suffix?: string): string {
  const { stackName } = Stack.of(scope);
  // A nested stack's name is known to CloudFormation alone; the address has its path.
  const prefix = Token.isUnresolved(stackName) ? 'millrace' : stackName;
  const end = `-${scope.node.addr.slice(-addressLength)}`;
  const start = suffix === undefined ? prefix : `${prefix}-${suffix}`;
  return `${start.slice(0, maxLength - end.length)}${end}`;
}
