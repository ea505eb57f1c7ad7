/** The message with which CreateStateMachine refuses. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lib/asl/json/json.ts';
import { awsDiagnostics, creationRefusal } from '../../../lib/asl/validate/aws-diagnostic.ts';
import { validate } from '../../../lib/asl/validate.ts';

function refusalOf(definition: JsonObject): string | undefined {
  return creationRefusal(awsDiagnostics(validate(definition), definition));
}

describe('creationRefusal', () => {
  it('tells every problem in one message, and null as the place of a missing end', () => {
    expect(refusalOf({ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' } } })).toBe(
      "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: B " +
        "at /States/A/Next, MISSING_END_STATE: Workflow has no terminal state at null'",
    );
  });

  it('is nothing when the definition can run, with warnings or without', () => {
    expect(refusalOf({ StartAt: 'A', States: { A: { Type: 'Succeed' } } })).toBeUndefined();
    expect(
      refusalOf({ StartAt: 'A', States: { A: { Type: 'Pass', Result: '$.a', End: true } } }),
    ).toBeUndefined();
  });
});
