/** Writes the graph of a machine in DOT, the language of Graphviz. */

import { plainText } from '../asl/plain-text.ts';
import {
  type GraphEdge,
  type GraphScope,
  type GraphState,
  type MachineGraph,
  rootScope,
} from './machine-graph.ts';
import { stateCaption } from './state-caption.ts';
import { noMarks, type StateMarks, toneColours } from './state-mark.ts';

/** Returns the lines of the graph. Graphviz chooses the layout. */
export function drawDot(graph: MachineGraph, name: string, marks: StateMarks = noMarks): string[] {
  return [
    `digraph ${quote(name)} {`,
    '  compound=true; node [shape=box, style="rounded,filled", fillcolor=white];',
    '  "start" [shape=circle, label="", width=0.2, fillcolor=black];',
    '  "end" [shape=doublecircle, label="", width=0.15, fillcolor=black];',
    ...scopeLines(graph, marks, rootScope, '  '),
    ...edgeLines(graph),
    '}',
  ];
}

function scopeLines(
  graph: MachineGraph,
  marks: StateMarks,
  scope: string,
  indent: string,
): string[] {
  return graph.states
    .filter((state) => state.scope === scope)
    .flatMap((state) => [
      `${indent}${nodeText(state, marks)}`,
      ...graph.scopes
        .filter(({ owner }) => owner === state.name)
        .flatMap((inner) => clusterLines(graph, marks, inner, indent)),
    ]);
}

function clusterLines(
  graph: MachineGraph,
  marks: StateMarks,
  { id, kind, owner }: GraphScope,
  indent: string,
): string[] {
  const deeper = `${indent}  `;
  const title = kind === 'map' ? `each item of ${owner ?? ''}` : `branch of ${owner ?? ''}`;
  return [
    `${indent}subgraph ${quote(`cluster ${id}`)} {`,
    `${deeper}label=${quote(title)};`,
    ...scopeLines(graph, marks, id, deeper),
    `${indent}}`,
  ];
}

function nodeText(state: GraphState, marks: StateMarks): string {
  const mark = marks.get(state.name);
  const lines = [state.name, stateCaption(state), ...(mark === undefined ? [] : [mark.text])];
  const colours = mark === undefined ? undefined : toneColours[mark.tone];
  const attributes = [
    `label=${quote(lines.map(plainText).join('\n'))}`,
    ...(state.type === 'Choice' ? ['shape=diamond', 'style=filled'] : []),
    ...(colours === undefined
      ? []
      : [`fillcolor=${quote(colours.fill)}`, `color=${quote(colours.stroke)}`]),
  ];
  return `${quote(nodeId(state.name))} [${attributes.join(', ')}];`;
}

function edgeLines({ startAt, scopes, states, edges }: MachineGraph): string[] {
  return [
    `  "start" -> ${quote(nodeId(startAt))};`,
    ...edges.map((edge) => `  ${edgeText(edge)}`),
    ...scopes.flatMap(({ owner, startAt: first }) =>
      owner === null
        ? []
        : [`  ${quote(nodeId(owner))} -> ${quote(nodeId(first))} [style=dotted];`],
    ),
    ...states.flatMap(({ name, isEnd, scope }) =>
      isEnd && scope === rootScope ? [`  ${quote(nodeId(name))} -> "end";`] : [],
    ),
  ];
}

function edgeText({ from, to, kind, label }: GraphEdge): string {
  const attributes = [
    ...(label === '' ? [] : [`label=${quote(plainText(label))}`]),
    ...(kind === 'catch' ? ['style=dashed'] : []),
  ];
  const suffix = attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`;
  return `${quote(nodeId(from))} -> ${quote(nodeId(to))}${suffix};`;
}

/** A state may be called `start`, too. */
function nodeId(state: string): string {
  return `state ${plainText(state)}`;
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
