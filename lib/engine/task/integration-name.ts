import { type CallPattern, findCallPattern, parseTaskKind } from './task-resource.ts';

/** The parts of `arn:aws:states:::SERVICE:ACTION.PATTERN`. */
export interface IntegrationName {
  /** `sqs`, `aws-sdk:s3` … */
  readonly service: string;
  readonly action: string;
  readonly pattern: CallPattern;
  /** The format of a `.sync` answer: 2 has a nested execution's documents as JSON, not text. */
  readonly version: 1 | 2;
}

const suffix = /\.(?:sync(?::2)?|waitForTaskToken)$/;

/** Parses the `Resource` of a service integration; null when it is none. */
export function parseIntegrationName(resource: string): IntegrationName | null {
  const kind = parseTaskKind(resource);
  if (kind.kind !== 'service' || kind.resourceType === '') return null;
  return {
    service: kind.resourceType,
    action: kind.resource.replace(suffix, ''),
    pattern: findCallPattern(kind),
    version: kind.resource.endsWith(':2') ? 2 : 1,
  };
}
