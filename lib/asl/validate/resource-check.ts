/**
 * Checks the `Resource` of a Task: whether AWS has the action, with this pattern. Whether
 * Millrace can call it is checked when an execution starts.
 */
import { nonEmptyString } from './field-checks.ts';
import type { Check } from './field-table.ts';
import { isIntegration } from './integrations.ts';

/** Accepts the `Resource` of a Task. */
export const resource: Check = (value, context) => {
  nonEmptyString(value, context);
  if (typeof value !== 'string' || isKnown(value)) return;
  context.validation.report.schemaError(
    `The resource provided ${value} is not recognized. The value is not a valid resource ARN, ` +
      'or the resource is not available in this region.',
    context.location,
    'expected arn:aws:states:::<service>:<action>, with an action and a pattern that the service supports',
  );
};

/** A text that is not the ARN of an integration may name a handler. */
function isKnown(text: string): boolean {
  const called = /^arn:[^:]*:states:::(.*)$/s.exec(text)?.[1];
  return called === undefined || isIntegration(called);
}
