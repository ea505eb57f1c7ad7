/** Reads the ARNs of requests, and refuses those of another kind in AWS's words. */
import { type AwsScope, isSameScope } from '../engine/arn/aws-scope.ts';
import { type ArnSubject, parseArn } from '../engine/arn/parse-arn.ts';
import { ServiceError } from './service-error.ts';

/** The part of an ARN's subject that has one of these kinds. */
export type SubjectOf<Kind extends ArnSubject['kind']> = Extract<ArnSubject, { kind: Kind }>;

/**
 * Returns what an ARN names; null when it is well formed but of another account or region, where
 * this endpoint has nothing. Throws InvalidArn for anything that is not an ARN of these kinds.
 */
export function readRequestedArn<Kind extends ArnSubject['kind']>(
  arn: string,
  scope: AwsScope,
  ...kinds: readonly Kind[]
): SubjectOf<Kind> | null {
  if (!arn.startsWith('arn:')) throw invalidArn(`Invalid ARN prefix: ${arn}`);
  const parsed = parseArn(arn);
  if (parsed === null) throw invalidArn(describeFault(arn));
  if (!kinds.some((kind) => kind === parsed.subject.kind)) {
    throw invalidArn(`Resource type not valid in this context: ${parsed.subject.kind}`);
  }
  return isSameScope(parsed.scope, scope) ? (parsed.subject as SubjectOf<Kind>) : null;
}

/** Returns the error of an ARN, with AWS's reason. */
export function invalidArn(reason: string): ServiceError {
  return new ServiceError('InvalidArn', `Invalid Arn: '${reason}'`);
}

function describeFault(arn: string): string {
  const [, , service = '', , , kind = ''] = arn.split(':');
  if (service !== 'states') return `Invalid service in ARN: ${arn}`;
  const known = ['stateMachine', 'execution', 'express', 'activity', 'mapRun'].includes(kind);
  return known ? `Invalid ARN: ${arn}` : `Invalid resource type in ARN: ${arn}`;
}
