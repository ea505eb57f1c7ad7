/** Pictures of machines, as text and as SVG. */
import { describe, expect, it } from 'vitest';
import type { StateGraph } from '../../lib/asl/definition.ts';
import { arrowPath, edgePath } from '../../lib/graph/edge-path.ts';
import { layoutGraph } from '../../lib/graph/layout.ts';
import { createMachineGraph } from '../../lib/graph/machine-graph.ts';
import { drawSvg } from '../../lib/graph/picture-svg.ts';
import { drawText } from '../../lib/graph/picture-text.ts';
import fc from '../support/properties.ts';
import { arbitraryGraph } from './arbitrary-graph.ts';

const small: StateGraph = {
  StartAt: 'Load',
  States: {
    Load: {
      Type: 'Task',
      Resource: 'load',
      Retry: [{ ErrorEquals: ['States.ALL'] }],
      Next: 'Paid?',
    },
    'Paid?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.paid', BooleanEquals: true, Next: 'Ship' }],
      Default: 'Remind',
    },
    Ship: { Type: 'Task', Resource: 'ship', End: true },
    Remind: { Type: 'Wait', Seconds: 60, Next: 'Load' },
  },
};

describe('pictures as text', () => {
  it('a machine is drawn with its states, its conditions and its lines', () => {
    const text = drawText(createMachineGraph(small)).join('\n');

    expect(text).toMatchInlineSnapshot(`
      "                   start
                           ╷
                           │    ┌───────────────┐
                   ┌───────┴────▼──┐            │
                   │     Load      │            │
                   │  Task load ↻  │            │
                   └───────┬───────┘            │
                   ┌───────▼───────┐            │
                   │     Paid?     │            │
                   │    Choice     │            │
                   └───────┬───────┘            │
                ┌──────────┴──────────┐         │
          $.paid = true           otherwise     │
        ┌───────▼───────┐     ┌───────▼───────┐ │
        │     Ship      │     │    Remind     │ │
        │  Task ship ◎  │     │     Wait      │ │
        └───────┬───────┘     └────────────┬──┘ │
                │                          └────┘
                ╵
               end"
    `);
  });

  it('every state of a machine is named in its picture', () => {
    fc.assert(
      fc.property(arbitraryGraph, (definition) => {
        const graph = createMachineGraph(definition);
        const text = drawText(graph).join('\n');

        for (const { name } of graph.states) expect(text).toContain(name);
      }),
      { numRuns: 20 },
    );
  });

  it('characters that would change a terminal are written as escapes', () => {
    const text = drawText(
      createMachineGraph({ StartAt: 'A\u001b[2J', States: { 'A\u001b[2J': { Type: 'Succeed' } } }),
    ).join('\n');

    expect(text).not.toContain('\u001b');
    expect(text).toContain('A\\u001b[2J');
  });
});

describe('pictures as SVG', () => {
  it('a document stands alone, and texts in it are escaped', () => {
    const name = '<script>"&\u202e';
    const graph = createMachineGraph({ StartAt: name, States: { [name]: { Type: 'Succeed' } } });

    const svg = drawSvg(graph, layoutGraph(graph), 'a < b');

    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 \d+ \d+"/);
    expect(svg).toContain('<title>a &lt; b</title>');
    expect(svg).toContain('&lt;script>&quot;&amp;\\u202e');
    expect(svg).not.toContain('<script');
    expect(svg).not.toContain('\u202e');
  });

  it('a picture of a machine has a box for each state and a path for each edge', () => {
    const graph = createMachineGraph(small);

    const svg = drawSvg(graph, layoutGraph(graph), 'small');

    expect(svg.match(/<rect class="state"/g)).toHaveLength(4);
    expect(svg.match(/<path class="line/g)).toHaveLength(6);
  });
});

describe('the paths of lines', () => {
  const corner = [
    { x: 0, y: 0 },
    { x: 0, y: 40 },
    { x: 40, y: 40 },
  ];

  it('a corner is rounded', () => {
    expect(edgePath(corner)).toBe('M0 0L0 34Q0 40 6 40L40 40');
  });

  it('an arrow points in the direction in which its line ends', () => {
    expect(arrowPath(corner)).toBe('M40 40L33 36.5L33 43.5Z');
    expect(arrowPath(corner.slice(0, 2))).toBe('M0 40L3.5 33L-3.5 33Z');
  });
});
