/** Writes the graph of a machine as a Mermaid flowchart, as GitHub and many wikis draw it. */

import { plainText } from '../asl/plain-text.ts';
import type { GraphEdge, GraphScope, GraphState, MachineGraph } from './machine-graph.ts';
import { rootScope } from './machine-graph.ts';
import { stateCaption } from './state-caption.ts';
import { noMarks, type StateMarks, toneColours } from './state-mark.ts';

/** Returns the lines of the flowchart. Mermaid chooses the layout. */
export function drawMermaid(graph: MachineGraph, marks: StateMarks = noMarks): string[] {
  const ids = new Map(graph.states.map(({ name }, index) => [name, `s${index}`]));
  const drawing = { graph, marks, id: (name: string) => ids.get(name) ?? name };
  const classes = Map.groupBy(marks, ([, { tone }]) => tone);
  return [
    'flowchart TD',
    ...scopeLines(drawing, rootScope, '  '),
    `  start(( )) --> ${drawing.id(graph.startAt)}`,
    ...graph.edges.map((edge) => `  ${edgeText(drawing, edge)}`),
    ...graph.states.flatMap(({ name, isEnd, scope }) =>
      isEnd && scope === rootScope ? [`  ${drawing.id(name)} --> finish(( ))`] : [],
    ),
    ...[...classes].flatMap(([tone, marked]) => [
      `  classDef ${tone} fill:${toneColours[tone].fill},stroke:${toneColours[tone].stroke},color:#1f2328`,
      `  class ${marked.map(([name]) => drawing.id(name)).join(',')} ${tone}`,
    ]),
  ];
}

interface Drawing {
  readonly graph: MachineGraph;
  readonly marks: StateMarks;
  readonly id: (name: string) => string;
}

function scopeLines(drawing: Drawing, scope: string, indent: string): string[] {
  const { graph } = drawing;
  return graph.states
    .filter((state) => state.scope === scope)
    .flatMap((state) => {
      const inner = graph.scopes.filter(({ owner }) => owner === state.name);
      if (inner.length === 0) return [`${indent}${nodeText(drawing, state)}`];
      const deeper = `${indent}  `;
      return [
        `${indent}subgraph ${drawing.id(state.name)}["${labelOf(drawing, state)}"]`,
        ...inner.flatMap((each) => innerLines(drawing, each, deeper)),
        `${indent}end`,
      ];
    });
}

function innerLines(drawing: Drawing, { id, owner, index }: GraphScope, indent: string): string[] {
  return [
    `${indent}subgraph ${drawing.id(owner ?? '')}_${index}[" "]`,
    ...scopeLines(drawing, id, `${indent}  `),
    `${indent}end`,
  ];
}

function nodeText(drawing: Drawing, state: GraphState): string {
  const label = `"${labelOf(drawing, state)}"`;
  const id = drawing.id(state.name);
  if (state.type === 'Choice') return `${id}{${label}}`;
  return state.type === 'Succeed' || state.type === 'Fail'
    ? `${id}([${label}])`
    : `${id}[${label}]`;
}

function labelOf({ marks }: Drawing, state: GraphState): string {
  const mark = marks.get(state.name);
  const lines = [state.name, stateCaption(state), ...(mark === undefined ? [] : [mark.text])];
  return lines.map(escapeLabel).join('<br/>');
}

function edgeText({ id }: Drawing, { from, to, kind, label }: GraphEdge): string {
  const arrow = kind === 'catch' ? '-.->' : '-->';
  const text = label === '' ? '' : `|"${escapeLabel(label)}"|`;
  return `${id(from)} ${arrow}${text} ${id(to)}`;
}

/** Everything that Mermaid or HTML could read as their own is written as a character code. */
function escapeLabel(text: string): string {
  return plainText(text).replaceAll(/[^\p{L}\p{N} .,:;!?/()'+*=_-]/gu, (character) => {
    return `#${character.codePointAt(0)};`;
  });
}
