/** The command `millrace machine graph`. */
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { parseDefinition } from '../../asl/parse.ts';
import { readText } from '../../config/read-definition.ts';
import { layoutGraph } from '../../graph/layout.ts';
import { createMachineGraph, type MachineGraph } from '../../graph/machine-graph.ts';
import { drawSvg } from '../../graph/picture-svg.ts';
import { drawText } from '../../graph/picture-text.ts';
import { type AppOptions, wholeNumber, withApp, withAppOptions } from '../app-options.ts';
import { withExamples } from '../examples.ts';
import { type Io, printJson, printLines } from '../io.ts';

interface GraphOptions extends AppOptions {
  readonly machineVersion?: number;
  readonly svg?: boolean;
}

/** Creates the command. */
export function machineGraphCommand(io: Io): Command {
  const command = new Command('graph')
    .description('draw the states of a state machine')
    .argument('<machine>', "the machine's id, or a definition's file (.json, .yaml, .yml, .asl)")
    .option('--machine-version <n>', 'version of the machine (default: the newest)', wholeNumber)
    .addOption(new Option('--svg', 'print an SVG document instead of text').conflicts('json'));
  withExamples(withAppOptions(command), {
    'millrace machine graph order': 'draw the newest version',
    'millrace machine graph order.asl.json --svg > order.svg': 'write a picture of a definition',
  });
  return command.action(async (machine: string, options: GraphOptions) => {
    const { name, graph } = isFile(machine)
      ? await readGraph(io, machine)
      : await withApp(io, command, async ({ machines }) => {
          const found = await machines.graph(machine, options.machineVersion);
          return { name: `${machine}@${found.version}`, graph: found };
        });
    if (options.json) printJson(io, graph);
    else if (options.svg) io.stdout.write(drawSvg(graph, layoutGraph(graph), name));
    else printLines(io, drawText(graph));
  });
}

/** An id may have a dot as well, so only the extensions of definitions name a file. */
function isFile(machine: string): boolean {
  return /\.(?:json|ya?ml|asl)$/i.test(machine);
}

async function readGraph(
  io: Io,
  file: string,
): Promise<{ readonly name: string; readonly graph: MachineGraph }> {
  const text = await readText(resolve(io.folder, file));
  return { name: file, graph: createMachineGraph(parseDefinition(text, { source: file })) };
}
