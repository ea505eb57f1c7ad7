/** The message of the error of CreateStateMachine. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lib/asl/json/json.ts';
import { formatCreationError, toAwsDiagnostics } from '../../../lib/asl/validate/aws-diagnostic.ts';
import { validate } from '../../../lib/asl/validate.ts';

function findCreationError(definition: JsonObject): string | undefined {
  return formatCreationError(toAwsDiagnostics(validate(definition), definition));
}

describe('formatCreationError', () => {
  it('the creation error has all problems in one message, and null as a missing location', () => {
    expect(findCreationError({ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' } } })).toBe(
      "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: B " +
        "at /States/A/Next, MISSING_END_STATE: Workflow has no terminal state at null'",
    );
  });

  it('a valid definition has no creation error, with warnings or without', () => {
    expect(findCreationError({ StartAt: 'A', States: { A: { Type: 'Succeed' } } })).toBeUndefined();
    expect(
      findCreationError({
        StartAt: 'A',
        States: { A: { Type: 'Pass', Result: '$.a', End: true } },
      }),
    ).toBeUndefined();
  });
});
