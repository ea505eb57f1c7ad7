/** Random valid machines of every state type; each state leads to the next, so all are reached. */
import fc from './properties.ts';

interface Plan {
  readonly type: 'Task' | 'Pass' | 'Wait' | 'Choice' | 'Parallel' | 'Map' | 'Fail';
  readonly retried: boolean;
  readonly caught: boolean;
  readonly timed: boolean;
  readonly number: number;
  readonly inner: readonly Plan[];
}

const plan = (depth: number): fc.Arbitrary<Plan> => {
  const hosts = depth > 0 ? (['Parallel', 'Map'] as const) : [];
  return fc.record({
    type: fc.constantFrom('Task', 'Task', 'Pass', 'Wait', 'Choice', 'Fail', ...hosts),
    retried: fc.boolean(),
    caught: fc.boolean(),
    timed: fc.boolean(),
    number: fc.integer({ min: 0, max: 3 }),
    inner: depth > 0 ? fc.array(plan(depth - 1), { minLength: 1, maxLength: 3 }) : fc.constant([]),
  });
};

/** A definition as JSON. All its tasks call `work`; its Maps run over `$.items` of their input. */
export const arbitraryDefinition: fc.Arbitrary<object> = fc
  .tuple(fc.array(plan(2), { minLength: 1, maxLength: 5 }), fc.constantFrom(undefined, 50))
  .map(([plans, TimeoutSeconds]) => ({
    ...createGraph(plans, 's'),
    ...(TimeoutSeconds === undefined ? {} : { TimeoutSeconds }),
  }));

/** An input that every such machine can start with. */
export const itemsInput = { items: [{ items: [{}, {}] }, { items: [] }, { items: [{}] }] };

function createGraph(plans: readonly Plan[], prefix: string): { StartAt: string; States: object } {
  const states: Record<string, object> = { [`${prefix}.end`]: { Type: 'Succeed' } };
  for (const [index, each] of plans.entries()) {
    const next = index + 1 < plans.length ? `${prefix}${index + 1}` : `${prefix}.end`;
    states[`${prefix}${index}`] = createState(each, next, `${prefix}${index}.`);
  }
  return { StartAt: `${prefix}0`, States: states };
}

function createState(each: Plan, Next: string, prefix: string): object {
  const { type, number, inner, timed } = each;
  switch (type) {
    case 'Task':
      return {
        Type: 'Task',
        Resource: 'work',
        ResultPath: '$.r',
        ...timing(timed),
        ...recovery(each, Next),
        Next,
      };
    case 'Pass':
      return { Type: 'Pass', Parameters: { 'items.$': '$.items', 'u.$': 'States.UUID()' }, Next };
    case 'Wait':
      return { Type: 'Wait', Seconds: number * 10, Next };
    case 'Choice':
      return {
        Type: 'Choice',
        Choices: [{ Variable: '$.r', IsPresent: timed, Next }],
        Default: Next,
      };
    case 'Fail':
      return failOrPass(number, Next);
    case 'Parallel': {
      const Branches = [createGraph(inner, `${prefix}a`), createGraph(inner, `${prefix}b`)];
      return { Type: 'Parallel', Branches, ResultPath: '$.p', ...recovery(each, Next), Next };
    }
    case 'Map': {
      const ItemProcessor = createGraph(inner, `${prefix}i`);
      const fields = { MaxConcurrency: number, ItemsPath: '$.items', ResultPath: '$.m' };
      return { Type: 'Map', ItemProcessor, ...fields, ...recovery(each, Next), Next };
    }
  }
}

/** A state that fails only for some inputs, so that the states after it can be reached. */
function failOrPass(number: number, Next: string): object {
  const path = number === 0 ? '$.r.none' : '$';
  return { Type: 'Pass', InputPath: path, Next };
}

function timing(timed: boolean): object {
  return timed ? { TimeoutSeconds: 20, HeartbeatSeconds: 5 } : {};
}

function recovery({ retried, caught, number }: Plan, Next: string): object {
  const retry = {
    ErrorEquals: ['States.ALL'],
    IntervalSeconds: 2,
    MaxAttempts: number,
    JitterStrategy: 'FULL',
  };
  const catcher = { ErrorEquals: ['Odd', 'States.Timeout'], ResultPath: '$.e', Next };
  return { ...(retried ? { Retry: [retry] } : {}), ...(caught ? { Catch: [catcher] } : {}) };
}
