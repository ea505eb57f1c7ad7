/** Aliases of functions: which version an invocation reaches while a release is shifted. */
import { expect, it } from 'vitest';
import { readShiftPlan, TrafficShift } from '../../../rehearsal/cloudformation/traffic-shift.ts';
import { FunctionAlias, type FunctionVersion } from '../../../rehearsal/runtime/function-alias.ts';
import type { InvocationOutcome } from '../../../rehearsal/runtime/invocation.ts';
import { isAlarming } from '../../../rehearsal/services/metric-alarm.ts';

const plan = readShiftPlan('CodeDeployDefault.LambdaCanary10Percent5Minutes');
const alarm = {
  Namespace: 'AWS/Lambda',
  MetricName: 'Errors',
  Statistic: 'Sum',
  Threshold: 0,
  ComparisonOperator: 'GreaterThanThreshold',
};

/** A version that answers its name, or fails. */
function createVersion(name: string, fails = false): FunctionVersion {
  const invoke = async (): Promise<InvocationOutcome> =>
    fails
      ? { kind: 'failed', error: { errorType: 'Error', errorMessage: 'a mistake' } }
      : { kind: 'answered', payload: name };
  return { invoke };
}

/** Invokes an alias ten times. Returns what was answered. */
async function invokeTen(alias: FunctionAlias<FunctionVersion>): Promise<string> {
  const answers: string[] = [];
  for (let count = 0; count < 10; count += 1) {
    const outcome = await alias.invoke('{}');
    answers.push(outcome.kind === 'answered' ? outcome.payload : 'x');
  }
  return answers.join('');
}

function prepare(fails: boolean) {
  const alias = new FunctionAlias('arn:live', createVersion('a'));
  const shift = new TrafficShift({
    alias,
    next: createVersion('b', fails),
    plan,
    isAlarming: () => isAlarming(alarm, { Errors: alias.counts.errors }),
  });
  return { alias, shift };
}

it('a new version gets a tenth for five minutes without an alarm, and then everything', async () => {
  const { alias, shift } = prepare(false);

  expect(await invokeTen(alias)).toBe('aaaaaaaaab');
  const states = Array.from({ length: 5 }, () => shift.passMinute());

  expect(states).toEqual(['shifting', 'shifting', 'shifting', 'shifting', 'completed']);
  expect(await invokeTen(alias)).toBe('bbbbbbbbbb');
});

it('a new version whose invocation fails is taken back at the end of the minute', async () => {
  const { alias, shift } = prepare(true);

  expect(await invokeTen(alias)).toBe('aaaaaaaaax');
  expect(shift.passMinute()).toBe('taken back');

  expect(await invokeTen(alias)).toBe('aaaaaaaaaa');
  expect(shift.passAll()).toBe('taken back');
});

it('a deployment configuration or an alarm that a rehearsal does not know is refused', () => {
  expect(() => readShiftPlan('CodeDeployDefault.LambdaLinear10PercentEvery1Minute')).toThrow(
    /only canaries can/,
  );
  expect(() => isAlarming({ ...alarm, Statistic: 'Average' }, { Errors: 1 })).toThrow(
    /an alarm on Average of AWS\/Lambda\/Errors cannot be rehearsed/,
  );
});
