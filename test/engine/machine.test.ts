/** What compiling a definition accepts and refuses. */
import { describe, expect, it } from 'vitest';
import type { StateGraph } from '../../lib/asl/definition.ts';
import { engineLimitDefaults } from '../../lib/engine/limits.ts';
import { compileMachine } from '../../lib/engine/machine.ts';
import { hasCode } from '../../lib/errors.ts';

const pass: StateGraph = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };

function nested(depth: number): StateGraph {
  let graph = pass;
  for (let level = 0; level < depth; level++) {
    graph = {
      StartAt: 'N',
      States: { N: { Type: 'Parallel', Branches: [graph], End: true } },
    };
  }
  return graph;
}

describe('compileMachine', () => {
  it('has the limits of AWS and of ours unless it is told others', () => {
    expect(compileMachine(pass).limits).toEqual(engineLimitDefaults);
    expect(compileMachine(pass, { payloadBytesMax: 9 }).limits).toEqual({
      ...engineLimitDefaults,
      payloadBytesMax: 9,
    });
  });

  it('ends an EXPRESS machine after five minutes, or at its own time-out when that is sooner', () => {
    const timeoutOf = (TimeoutSeconds: number) =>
      compileMachine({ ...pass, TimeoutSeconds }, {}, 'EXPRESS').timeoutMs;

    expect(compileMachine(pass, {}, 'EXPRESS').timeoutMs).toBe(engineLimitDefaults.expressMsMax);
    expect([timeoutOf(60), timeoutOf(3_600)]).toEqual([60_000, 300_000]);
    expect(compileMachine(pass).timeoutMs).toBeNull();
  });

  it('knows states whose names are those of prototypes', () => {
    const states: StateGraph = JSON.parse(
      '{"StartAt": "__proto__", "States": {"__proto__": {"Type": "Pass", "Next": "toString"}, "toString": {"Type": "Succeed"}}}',
    );

    expect([...compileMachine(states).graph.states.keys()]).toEqual(['__proto__', 'toString']);
  });

  it('refuses states that nest without measure', () => {
    expect(compileMachine(nested(64)).graph.startAt).toBe('N');
    expect(() => compileMachine(nested(65))).toThrowError(
      expect.toSatisfy((error: unknown) => hasCode(error, 'INVALID_DEFINITION')),
    );
  });
});
