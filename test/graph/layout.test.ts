/** Layouts of machines. */
import { describe, expect, it } from 'vitest';
import type { StateGraph } from '../../lib/asl/definition.ts';
import { type Box, type GraphPicture, layoutGraph } from '../../lib/graph/layout.ts';
import { createMachineGraph } from '../../lib/graph/machine-graph.ts';
import { arbitraryDefinition } from '../support/arbitrary-machine.ts';
import fc from '../support/properties.ts';
import { arbitraryGraph } from './arbitrary-graph.ts';
import { shuffled } from './shuffled.ts';

const pass = (Next: string) => ({ Type: 'Pass' as const, Next });
const done = { Type: 'Succeed' as const };

function picture(definition: StateGraph, folded: readonly string[] = []): GraphPicture {
  return layoutGraph(createMachineGraph(definition), { folded: new Set(folded) });
}

function placeOf({ states }: GraphPicture, name: string) {
  const state = states.find((each) => each.name === name);
  if (state === undefined) throw new Error(`the picture has no state ${name}`);
  return state;
}

function middleOf({ x, width }: Box): number {
  return x + width / 2;
}

describe('the layout of a graph', () => {
  it('a picture is the same whatever the order of the states in the definition', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryGraph, arbitraryDefinition), fc.nat(), (definition, seed) => {
        const first = picture(definition as StateGraph);

        expect(picture(shuffled(definition as StateGraph, seed))).toEqual(first);
      }),
    );
  });

  it('no two states of a scope overlap, and each is inside of its scope', () => {
    fc.assert(
      fc.property(arbitraryGraph, (definition) => {
        const { states, scopes, marks, width, height } = picture(definition);
        const boxes = new Map<string, Box>(scopes.map((scope) => [scope.id, scope]));
        boxes.set('root', { x: 0, y: 0, width, height });

        for (const [scope, own] of Map.groupBy(states, (state) => state.scope)) {
          const outer = boxes.get(scope);
          const boxed = scope === 'root' ? [...own, ...marks] : own;
          for (const box of boxed) expect(outer !== undefined && contains(outer, box)).toBe(true);
          expect(overlappingPairs(boxed)).toEqual([]);
        }
        for (const scope of scopes) {
          const owner = states.find(({ name }) => name === scope.owner);
          expect(owner !== undefined && contains(owner, scope)).toBe(true);
        }
      }),
    );
  });

  it('lines run along the axes, from their state to their target, and pass through no other', () => {
    fc.assert(
      fc.property(arbitraryGraph, (definition) => {
        const drawn = picture(definition);
        const byScope = Map.groupBy(drawn.states, ({ scope }) => scope);
        const scopeOf = new Map(drawn.states.map(({ name, scope }) => [name, scope]));

        for (const { id, from, to, points, isStub } of drawn.edges) {
          if (isStub) continue;
          const scope = scopeOf.get(from ?? to ?? '') ?? '';
          const crossed = (byScope.get(scope) ?? []).filter((box) => passes(points, box));
          expect([id, crossed.map(({ name }) => name)]).toEqual([id, []]);
          for (const [index, point] of points.slice(1).entries()) {
            const before = points[index];
            expect(before?.x === point.x || before?.y === point.y).toBe(true);
          }
        }
      }),
    );
  });

  it('states in a row are exactly below one another', () => {
    const drawn = picture({
      StartAt: 'A',
      States: { A: pass('B'), B: pass('C'), C: pass('D'), D: done },
    });
    const places = ['A', 'B', 'C', 'D'].map((name) => placeOf(drawn, name));

    expect(new Set(places.map(({ x }) => x)).size).toBe(1);
    expect(places.map(({ y }) => y)).toEqual(places.map(({ y }) => y).sort((a, b) => a - b));
  });

  it('a state stands between the two that it chooses from, in the order of its rules', () => {
    const drawn = picture({
      StartAt: 'Choose',
      States: {
        Choose: {
          Type: 'Choice',
          Choices: [{ Variable: '$.n', NumericEquals: 1, Next: 'One' }],
          Default: 'Other',
        },
        One: pass('Join'),
        Other: pass('Join'),
        Join: done,
      },
    });
    const [choose, one, other, join] = ['Choose', 'One', 'Other', 'Join'].map((name) =>
      middleOf(placeOf(drawn, name)),
    );

    expect(one).toBeLessThan(other ?? 0);
    expect(choose).toBe(((one ?? 0) + (other ?? 0)) / 2);
    expect(join).toBe(choose);
  });

  it('an edge that closes a loop runs beside the states, and a state may lead to itself', () => {
    const drawn = picture({
      StartAt: 'Ask',
      States: {
        Ask: pass('Ready?'),
        'Ready?': {
          Type: 'Choice',
          Choices: [
            { Variable: '$.ready', BooleanEquals: true, Next: 'Done' },
            { Variable: '$.again', BooleanEquals: true, Next: 'Ready?' },
          ],
          Default: 'Ask',
        },
        Done: done,
      },
    });
    const [back] = drawn.edges.filter(({ to, from }) => to === 'Ask' && from === 'Ready?');
    const [self] = drawn.edges.filter(({ to, from }) => to === from);
    const right = Math.max(...drawn.states.map(({ x, width }) => x + width));

    expect(Math.max(...(back?.points ?? []).map(({ x }) => x))).toBeGreaterThan(right);
    expect(back?.labelAt?.text).toBe('otherwise');
    expect(self?.points[0]?.x).toBe(right);
  });

  it('the branches of a Parallel stand side by side in its box, and fold into one state', () => {
    const branch = (name: string) => ({ StartAt: name, States: { [name]: done } });
    const definition: StateGraph = {
      StartAt: 'Both',
      States: {
        Both: { Type: 'Parallel', Branches: [branch('Left'), branch('Right')], End: true },
      },
    };
    const open = picture(definition);
    const folded = picture(definition, ['Both']);

    const [left, right] = [placeOf(open, 'Left'), placeOf(open, 'Right')];
    expect(left.y).toBe(right.y);
    expect(left.x + left.width).toBeLessThan(right.x);
    expect(open.scopes.map(({ id, owner }) => [id, owner])).toEqual([
      ['Both.0', 'Both'],
      ['Both.1', 'Both'],
    ]);
    expect(folded.states.map(({ name, isOpen }) => [name, isOpen])).toEqual([['Both', false]]);
    expect(folded.height).toBeLessThan(open.height);
  });

  it('far catchers, and those to a state that many lead to, are stubs of their states', () => {
    const task = (Next: string, caught: string) => ({
      Type: 'Task' as const,
      Resource: 'work',
      Catch: [{ ErrorEquals: ['States.ALL'], Next: caught }],
      Next,
    });
    const drawn = picture({
      StartAt: 'A',
      States: {
        A: task('B', 'Near'),
        B: task('C', 'Cleanup'),
        C: task('D', 'Cleanup'),
        D: task('E', 'Cleanup'),
        E: task('Done', 'Cleanup'),
        Near: pass('Done'),
        Cleanup: { Type: 'Fail' },
        Done: done,
      },
    });

    expect(placeOf(drawn, 'A').stubs).toEqual([]);
    expect(placeOf(drawn, 'C').stubs).toEqual(['Cleanup']);
    expect(drawn.edges.filter(({ isStub }) => isStub).map(({ from }) => from)).toEqual([
      'B',
      'C',
      'D',
      'E',
    ]);
  });

  it('a machine of 200 states with choices and catchers is laid out in less than 100 ms', () => {
    const graph = createMachineGraph(longMachine(200));

    const times = Array.from({ length: 5 }, () => {
      const started = performance.now();
      layoutGraph(graph);
      return performance.now() - started;
    });

    expect(layoutGraph(graph).states).toHaveLength(201);
    // The shortest: another process may have the processor for a while.
    expect(Math.min(...times)).toBeLessThan(100);
  });

  it('a machine of 5,000 states in a row is laid out without deep recursion', () => {
    expect(picture(longMachine(5_000)).states).toHaveLength(5_001);
  });
});

/** A chain: every third state is a Choice, and every sixth has a catcher to one last state. */
function longMachine(length: number): StateGraph {
  const nameOf = (index: number) => `s${Math.min(index, length)}`;
  const states = Array.from({ length }, (_, index) => {
    const next = nameOf(index + 1);
    if (index % 3 === 1) {
      const Choices = [{ Variable: '$.n', NumericEquals: 1, Next: nameOf(index + 3) }];
      return [nameOf(index), { Type: 'Choice', Choices, Default: next }];
    }
    const Catch = index % 6 === 0 ? [{ ErrorEquals: ['States.ALL'], Next: nameOf(length) }] : [];
    return [nameOf(index), { Type: 'Task', Resource: 'work', Catch, Next: next }];
  });
  return {
    StartAt: 's0',
    States: { ...Object.fromEntries(states), [nameOf(length)]: { Type: 'Succeed' } },
  };
}

function contains(outer: Box, inner: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

function overlappingPairs(boxes: readonly Box[]): (readonly [Box, Box])[] {
  return boxes.flatMap((a, index) =>
    boxes
      .slice(index + 1)
      .filter(
        (b) =>
          a.x < b.x + b.width &&
          b.x < a.x + a.width &&
          a.y < b.y + b.height &&
          b.y < a.y + a.height,
      )
      .map((b) => [a, b] as const),
  );
}

/** Whether a line goes through the inside of a box. */
function passes(points: readonly { readonly x: number; readonly y: number }[], box: Box): boolean {
  return points.slice(1).some((point, index) => {
    const before = points[index] ?? point;
    const [left, right] = [Math.min(before.x, point.x), Math.max(before.x, point.x)];
    const [top, bottom] = [Math.min(before.y, point.y), Math.max(before.y, point.y)];
    return left < box.x + box.width && right > box.x && top < box.y + box.height && bottom > box.y;
  });
}
