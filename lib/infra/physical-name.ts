import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Number of characters of a construct's address that make a name unique. */
const addressLength = 8;

/**
 * Returns a unique name for `scope`, of letters, digits, `-` and `_`. Only resources that others
 * must name before they exist get one: a schedule by the function that it invokes, a queue by its
 * dead-letter queue. CloudFormation names all others.
 * @param suffix distinguishes several names of one construct
 */
export function physicalName(scope: IConstruct, maxLength: number, suffix?: string): string {
  const { stackName } = Stack.of(scope);
  // Only CloudFormation knows the name of a nested stack; the address contains its path.
  const prefix = Token.isUnresolved(stackName) ? 'millrace' : stackName;
  const end = `-${scope.node.addr.slice(-addressLength)}`;
  const start = suffix === undefined ? prefix : `${prefix}-${suffix}`;
  return `${start.slice(0, maxLength - end.length)}${end}`;
}
