/** Compiling a definition: limits, timeouts, names, nesting. */
import { describe, expect, it } from 'vitest';
import type { StateGraph } from '../../lib/asl/definition.ts';
import { compileMachine } from '../../lib/engine/compile-machine.ts';
import { engineLimitDefaults } from '../../lib/engine/limits.ts';
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
  it('a compiled machine has the default limits unless it is given others', () => {
    expect(compileMachine(pass).limits).toEqual(engineLimitDefaults);
    expect(compileMachine(pass, { payloadBytesMax: 9 }).limits).toEqual({
      ...engineLimitDefaults,
      payloadBytesMax: 9,
    });
  });

  it('an EXPRESS machine times out after five minutes, or at its own timeout when that is sooner', () => {
    const compileTimeout = (TimeoutSeconds: number) =>
      compileMachine({ ...pass, TimeoutSeconds }, {}, 'EXPRESS').timeoutMs;

    expect(compileMachine(pass, {}, 'EXPRESS').timeoutMs).toBe(engineLimitDefaults.expressMsMax);
    expect([compileTimeout(60), compileTimeout(3_600)]).toEqual([60_000, 300_000]);
    expect(compileMachine(pass).timeoutMs).toBeNull();
  });

  it('a machine may have states with the names of prototype members', () => {
    const states: StateGraph = JSON.parse(
      '{"StartAt": "__proto__", "States": {"__proto__": {"Type": "Pass", "Next": "toString"}, "toString": {"Type": "Succeed"}}}',
    );

    expect([...compileMachine(states).graph.states.keys()]).toEqual(['__proto__', 'toString']);
  });

  it('compileMachine refuses states that nest deeper than the maximum', () => {
    expect(compileMachine(nested(64)).graph.startAt).toBe('N');
    expect(() => compileMachine(nested(65))).toThrowError(
      expect.toSatisfy((error: unknown) => hasCode(error, 'INVALID_DEFINITION')),
    );
  });
});
