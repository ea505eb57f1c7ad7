/** Pictures of machines in the languages of other programs. */
import { describe, expect, it } from 'vitest';
import type { StateGraph } from '../../lib/asl/definition.ts';
import { layoutGraph } from '../../lib/graph/layout.ts';
import { createMachineGraph } from '../../lib/graph/machine-graph.ts';
import { drawDot } from '../../lib/graph/picture-dot.ts';
import { drawMermaid } from '../../lib/graph/picture-mermaid.ts';
import { drawSvg } from '../../lib/graph/picture-svg.ts';
import { drawText } from '../../lib/graph/picture-text.ts';
import type { StateMarks } from '../../lib/graph/state-mark.ts';

const definition: StateGraph = {
  StartAt: 'Each "line"',
  States: {
    'Each "line"': {
      Type: 'Map',
      ItemProcessor: {
        StartAt: 'Check',
        States: { Check: { Type: 'Task', Resource: 'check', End: true } },
      },
      Catch: [{ ErrorEquals: ['BadLine'], Next: 'Stop' }],
      Next: 'Paid?',
    },
    'Paid?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.paid', BooleanEquals: true, Next: 'Stop' }],
      Default: 'Stop',
    },
    Stop: { Type: 'Succeed' },
  },
};
const graph = createMachineGraph(definition);
const marks: StateMarks = new Map([
  ['Check', { tone: 'failed', text: '3 failed' }],
  ['Paid?', { tone: 'succeeded', text: 'succeeded' }],
]);

describe('flowcharts', () => {
  it('a machine is written as a Mermaid flowchart, its names escaped', () => {
    expect(drawMermaid(graph).join('\n')).toBe(
      [
        'flowchart TD',
        '  subgraph s0["Each #34;line#34;<br/>Map"]',
        '    subgraph s0_0[" "]',
        '      s3["Check<br/>Task check"]',
        '    end',
        '  end',
        '  s1{"Paid?<br/>Choice"}',
        '  s2(["Stop<br/>Succeed"])',
        '  start(( )) --> s0',
        '  s0 --> s1',
        '  s0 -.->|"BadLine"| s2',
        '  s1 -->|"#36;.paid = true"| s2',
        '  s1 -->|"otherwise"| s2',
        '  s2 --> finish(( ))',
      ].join('\n'),
    );
  });

  it('a machine is written as a graph of Graphviz, its names quoted', () => {
    const text = drawDot(graph, 'order "1"').join('\n');

    expect(text).toContain('digraph "order \\"1\\"" {');
    expect(text).toContain('"state Each \\"line\\"" [label="Each \\"line\\"\\nMap"];');
    expect(text).toContain('subgraph "cluster Each \\"line\\".0" {');
    expect(text).toContain(
      '"state Each \\"line\\"" -> "state Stop" [label="BadLine", style=dashed];',
    );
    expect(text).toContain('"start" -> "state Each \\"line\\"";');
    expect(text).toContain('"state Stop" -> "end";');
  });

  it('marks of states are shown in every format', () => {
    const mermaid = drawMermaid(graph, marks).join('\n');
    const dot = drawDot(graph, 'order', marks).join('\n');
    const svg = drawSvg(graph, layoutGraph(graph), 'order', marks);

    expect(mermaid).toContain('s3["Check<br/>Task check<br/>3 failed"]');
    expect(mermaid).toContain('class s3 failed');
    expect(dot).toContain('Task check\\n3 failed", fillcolor="#ffebe9", color="#cf222e"');
    expect(svg).toContain('class="state failed"');
    expect(svg).toContain('3 failed');
    expect(drawText(graph, marks).join('\n')).toContain('3 failed');
  });
});
