/** The command `millrace export`. */
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { MachineType } from '../../asl/definition.ts';
import { hasError } from '../../asl/diagnostic.ts';
import { isObject, type JsonObject } from '../../asl/json/json.ts';
import { parseDocument } from '../../asl/parse.ts';
import { readText } from '../../config/read-definition.ts';
import { type ExportedDefinition, exportDefinition } from '../../migration/export-definition.ts';
import { withExamples } from '../examples.ts';
import { badArgument, exitStatus } from '../failure.ts';
import { type Fail, type Io, printJson, printNote } from '../io.ts';
import { loadAppConfig } from '../options/app-options.ts';

interface ExportOptions {
  readonly type?: MachineType;
  readonly region?: string;
  readonly account?: string;
  readonly json?: boolean;
}

/** Creates the command, which fails when Step Functions would refuse the definition. */
export function exportCommand(io: Io, fail: Fail): Command {
  const command = new Command('export')
    .description('print a definition as Step Functions takes it, and say what it would refuse')
    .argument('<machine>', "a machine of the configuration, or a definition's file")
    .addOption(
      new Option('--type <type>', "the machine's type (default: the configuration's)").choices([
        'STANDARD',
        'EXPRESS',
      ]),
    )
    .option('--region <region>', 'with --account: write ARNs instead of substitutions')
    .option('--account <id>', 'the account of functions and machines')
    .option('--config <file>', 'configuration with the machine (default: millrace.config.ts)')
    .option('--json', 'print one JSON document with the translations and problems');
  withExamples(command, {
    'millrace export order > order.asl.json': 'write the definition, handlers as substitutions',
    'millrace export order.asl.yaml --region eu-west-1 --account 111122223333':
      'print a definition with the ARNs of its functions',
  });
  return command.action(async (machine: string, options: ExportOptions) => {
    if ((options.region === undefined) !== (options.account === undefined)) {
      badArgument('--region and --account: give both, or none for substitutions');
    }
    const { document, type } = await readMachine(io, command, machine, options.type);
    const { region, account } = options;
    const exported = exportDefinition(document, {
      type,
      ...(region !== undefined && { region }),
      ...(account !== undefined && { account }),
    });
    if (options.json) printJson(io, exported);
    else {
      printJson(io, exported.definition);
      for (const line of reportLines(exported)) printNote(io, line);
    }
    if (hasError(exported.problems)) fail(exitStatus.workFailed);
  });
}

async function readMachine(
  io: Io,
  command: Command,
  machine: string,
  type: MachineType | undefined,
): Promise<{ readonly document: JsonObject; readonly type: MachineType }> {
  if (/\.(?:json|ya?ml|asl)$/i.test(machine)) {
    return { document: await readFile(resolve(io.folder, machine)), type: type ?? 'STANDARD' };
  }
  const { config, folder } = await loadAppConfig(io, command, 'required');
  const configured = Object.hasOwn(config.machines, machine) ? config.machines[machine] : undefined;
  if (configured === undefined) {
    const known = Object.keys(config.machines).join(', ') || 'none';
    badArgument(`no machine is named '${machine}'; known: ${known}`);
  }
  const { definition } = configured;
  return {
    document:
      typeof definition === 'string' ? await readFile(resolve(folder, definition)) : definition,
    type: type ?? configured.type ?? 'STANDARD',
  };
}

async function readFile(path: string): Promise<JsonObject> {
  const document = parseDocument(await readText(path), { source: path });
  return isObject(document) ? document : badArgument(`${path} is not a definition: no object`);
}

function reportLines({ translations, substitutions, problems }: ExportedDefinition): string[] {
  return [
    ...translations.map(({ location, from, to }) => `${location}: ${from} is written as ${to}`),
    ...Object.entries(substitutions).map(
      ([name, stands]) => `substitution ${name}: the ARN that stands for ${stands}`,
    ),
    ...problems.map(({ severity, location, message, detail, code }) => {
      const more = detail === undefined ? '' : ` (${detail})`;
      return `${severity} ${location || '/'}: ${message}${more} [${code}]`;
    }),
  ];
}
