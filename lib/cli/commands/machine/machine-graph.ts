/** The command `millrace machine graph`. */
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { Millrace } from '../../../app/millrace.ts';
import { parseDefinition } from '../../../asl/parse.ts';
import { readText } from '../../../config/read-definition.ts';
import { layoutGraph } from '../../../graph/layout.ts';
import { createMachineGraph, type MachineGraph } from '../../../graph/machine-graph.ts';
import { drawDot } from '../../../graph/picture-dot.ts';
import { drawMermaid } from '../../../graph/picture-mermaid.ts';
import { drawSvg } from '../../../graph/picture-svg.ts';
import { drawText } from '../../../graph/picture-text.ts';
import { noMarks, type StateMarks } from '../../../graph/state-mark.ts';
import { withExamples } from '../../examples.ts';
import { badArgument } from '../../failure.ts';
import { markCounts, markVisits } from '../../graph-marks.ts';
import { type Io, printJson, printLines } from '../../io.ts';
import {
  type AppOptions,
  wholeNumber,
  withApp,
  withAppOptions,
} from '../../options/app-options.ts';

const formats = ['text', 'mermaid', 'svg', 'dot'] as const;

interface GraphOptions extends AppOptions {
  readonly machineVersion?: number;
  readonly execution?: string;
  readonly batch?: string;
  readonly format: (typeof formats)[number];
  readonly svg?: boolean;
}

/** A graph with what is known of its states. */
interface MarkedGraph {
  readonly name: string;
  readonly graph: MachineGraph;
  readonly marks: StateMarks;
}

/** Creates the command. */
export function machineGraphCommand(io: Io): Command {
  const command = new Command('graph')
    .description('draw the states of a state machine')
    .argument('[machine]', "the machine's id, or a definition's file (.json, .yaml, .yml, .asl)")
    .option('--machine-version <n>', 'version of the machine (default: the newest)', wholeNumber)
    .addOption(new Option('--format <format>', 'how it is drawn').choices(formats).default('text'))
    .addOption(
      new Option('--svg', 'the same as --format svg').conflicts('json').implies({ format: 'svg' }),
    )
    .addOption(
      new Option(
        '--execution <id>',
        'show how the states of an execution stand; its machine is the default',
      ).conflicts('batch'),
    )
    .option('--batch <id>', 'show the counts of a batch; its machine is the default');
  withExamples(withAppOptions(command), {
    'millrace machine graph order': 'draw the newest version',
    'millrace machine graph order.asl.json --format svg > order.svg':
      'write a picture of a definition',
    'millrace machine graph --execution order:A-1 --format mermaid':
      'write the way of an execution as a Mermaid flowchart',
    'millrace machine graph --batch latest': 'draw where the executions of the newest batch are',
  });
  return command.action(async (machine: string | undefined, options: GraphOptions) => {
    const found = await findGraph(io, command, machine, options);
    const { name, graph, marks } = found;
    if (options.json) printJson(io, { ...graph, marks: Object.fromEntries(marks) });
    else if (options.format === 'svg') {
      io.stdout.write(drawSvg(graph, layoutGraph(graph), name, marks));
    } else if (options.format === 'mermaid') printLines(io, drawMermaid(graph, marks));
    else if (options.format === 'dot') printLines(io, drawDot(graph, name, marks));
    else printLines(io, drawText(graph, marks));
  });
}

async function findGraph(
  io: Io,
  command: Command,
  machine: string | undefined,
  options: GraphOptions,
): Promise<MarkedGraph> {
  const { execution, batch } = options;
  const drawn = machine !== undefined && isFile(machine) ? await readGraph(io, machine) : null;
  if (drawn !== null && execution === undefined && batch === undefined) {
    return { ...drawn, marks: noMarks };
  }
  return withApp(io, command, async (app) => {
    const subject = await findSubject(app, options);
    const own = drawn ?? (await readAppGraph(app, machine, subject, options.machineVersion));
    return { ...own, marks: subject?.marks ?? noMarks };
  });
}

/** The execution or the batch that is shown. */
interface Subject {
  readonly machineId: string;
  readonly machineVersion: number;
  readonly marks: StateMarks;
}

async function findSubject(
  app: Millrace,
  { execution, batch }: GraphOptions,
): Promise<Subject | null> {
  if (execution !== undefined) {
    const visited = await app.executions.states(execution);
    return { ...visited, marks: markVisits(visited.states) };
  }
  if (batch === undefined) return null;
  const { states } = await app.figures.batchStates(batch);
  return { ...(await app.batches.get(batch)), marks: markCounts(states) };
}

async function readAppGraph(
  { machines }: Millrace,
  machine: string | undefined,
  subject: Subject | null,
  version: number | undefined,
): Promise<Omit<MarkedGraph, 'marks'>> {
  const id = machine ?? subject?.machineId;
  if (id === undefined) {
    badArgument('expected a machine, a file, --execution or --batch: name what is to be drawn');
  }
  const isOwn = subject !== null && id === subject.machineId;
  const graph = await machines.graph(id, version ?? (isOwn ? subject.machineVersion : undefined));
  return { name: `${id}@${graph.version}`, graph };
}

/** An id may have a dot as well, so only the extensions of definitions name a file. */
function isFile(machine: string): boolean {
  return /\.(?:json|ya?ml|asl)$/i.test(machine);
}

async function readGraph(io: Io, file: string): Promise<Omit<MarkedGraph, 'marks'>> {
  const text = await readText(resolve(io.folder, file));
  return { name: file, graph: createMachineGraph(parseDefinition(text, { source: file })) };
}
