/**
 * Random machines whose edges go anywhere: loops, choices over many states, far catchers, nested
 * scopes. They are valid as graphs, not as programs.
 */
import type { StateGraph } from '../../lib/asl/definition.ts';
import fc from '../support/properties.ts';

interface StatePlan {
  readonly kind: 'Pass' | 'Task' | 'Choice' | 'Parallel' | 'Map' | 'Succeed';
  readonly targets: readonly number[];
  readonly catches: readonly number[];
  readonly inner: readonly (readonly StatePlan[])[];
}

const number = fc.nat({ max: 60 });

function statePlan(depth: number): fc.Arbitrary<StatePlan> {
  const hosts = depth > 0 ? (['Parallel', 'Map'] as const) : [];
  return fc.record({
    kind: fc.constantFrom('Pass', 'Task', 'Task', 'Choice', 'Succeed', ...hosts),
    targets: fc.array(number, { minLength: 1, maxLength: 5 }),
    catches: fc.array(number, { maxLength: 2 }),
    inner:
      depth > 0
        ? fc.array(statePlans(depth - 1, 4), { minLength: 1, maxLength: 3 })
        : fc.constant([]),
  });
}

function statePlans(depth: number, maxLength: number): fc.Arbitrary<StatePlan[]> {
  return fc.array(statePlan(depth), { minLength: 1, maxLength });
}

/** A machine with up to 25 states at the top. */
export const arbitraryGraph: fc.Arbitrary<StateGraph> = statePlans(2, 25).map((plans) =>
  createGraph(plans, 's'),
);

function createGraph(plans: readonly StatePlan[], prefix: string): StateGraph {
  const nameOf = (target: number) => `${prefix}${target % plans.length}`;
  const states = plans.map((plan, index) => [
    nameOf(index),
    createState(plan, nameOf, `${prefix}${index}`),
  ]);
  return { StartAt: nameOf(0), States: Object.fromEntries(states) };
}

function createState(plan: StatePlan, nameOf: (target: number) => string, name: string): object {
  const { kind, targets, catches, inner } = plan;
  const Next = nameOf(targets[0] ?? 0);
  const Catch = catches.map((target) => ({ ErrorEquals: ['States.ALL'], Next: nameOf(target) }));
  switch (kind) {
    case 'Succeed':
      return { Type: 'Succeed' };
    case 'Choice': {
      const Choices = targets.map((target, index) => {
        return { Variable: '$.n', NumericEquals: index, Next: nameOf(target) };
      });
      return { Type: 'Choice', Choices, Default: Next };
    }
    case 'Task':
      return { Type: 'Task', Resource: 'work', Catch, Next };
    case 'Parallel': {
      const Branches = inner.map((plans, index) => createGraph(plans, `${name}.${index}.`));
      return { Type: 'Parallel', Branches, Catch, Next };
    }
    case 'Map': {
      const ItemProcessor = createGraph(inner[0] ?? [], `${name}.i.`);
      return { Type: 'Map', ItemProcessor, Catch, Next };
    }
    default:
      return { Type: 'Pass', Next };
  }
}
