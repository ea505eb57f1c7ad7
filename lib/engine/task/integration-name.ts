/** Reads the name of a service integration out of a `Resource`. Pure. */
import { type CallPattern, callPatternOf, taskKindOf } from './task-resource.ts';

/** `arn:aws:states:::SERVICE:ACTION.PATTERN`, taken apart. */
export interface IntegrationName {
  /** `sqs`, `aws-sdk:s3` … */
  readonly service: string;
  readonly action: string;
  readonly pattern: CallPattern;
  /** The form of a `.sync` answer: 2 gives a nested execution's documents as JSON. */
  readonly version: 1 | 2;
}

const suffix = /\.(?:sync(?::2)?|waitForTaskToken)$/;

/** The integration that `resource` names; null when it names none. */
export function integrationOf(resource: string): IntegrationName | null {
  const kind = taskKindOf(resource);
  if (kind.kind !== 'service' || kind.resourceType === '') return null;
  return {
    service: kind.resourceType,
    action: kind.resource.replace(suffix, ''),
    pattern: callPatternOf(kind),
    version: kind.resource.endsWith(':2') ? 2 : 1,
  };
}
