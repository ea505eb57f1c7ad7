/** The command `millrace import`. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { Json } from '../../asl/json/json.ts';
import { readText } from '../../config/read-definition.ts';
import { parseTemplate } from '../../migration/parse-template.ts';
import { type ImportPlan, type PlannedFile, planImport } from '../../migration/plan-import.ts';
import { type FoundMachine, readMachines } from '../../migration/read-machines.ts';
import { withExamples } from '../examples.ts';
import { badArgument } from '../failure.ts';
import { type Io, printJson, printLines } from '../io.ts';

interface ImportOptions {
  readonly out: string;
  readonly machine?: string;
  readonly set: readonly string[];
  readonly language: 'ts' | 'js';
  readonly json?: boolean;
}

/** Creates the command. */
export function importCommand(io: Io): Command {
  const command = new Command('import')
    .description('write the files of an app from a machine of Step Functions, or from a template')
    .argument(
      '<source>',
      'the ARN of a deployed machine, or a file: the answer of describe-state-machine, a template ' +
        'of CloudFormation, SAM, CDK or Serverless, a definition',
    )
    .option('--out <folder>', 'where the files are written; none is overwritten', '.')
    .option('--machine <name>', 'only the machine with this name')
    .option('--set <name=value>', 'the value of a substitution (repeatable)', collect, [])
    .addOption(
      new Option('--language <language>', 'of handlers and configuration')
        .choices(['ts', 'js'])
        .default('ts'),
    )
    .option('--json', 'print one JSON document instead of text');
  withExamples(command, {
    'millrace import template.yaml --out app': 'import the machines of a SAM template',
    'millrace import cdk.out/Shop.template.json --machine order': 'import one machine of a CDK app',
    'millrace import deployed.json --set TableName=orders':
      'import a machine that describe-state-machine has printed',
  });
  return command.action(async (source: string, options: ImportOptions) => {
    const found = await readSource(io, source, readValues(options.set));
    const plan = planImport(selectMachines(found, options.machine), options.language);
    const folder = resolve(io.folder, options.out);
    const { written, left } = await writeNew(folder, plan.files);
    if (options.json) {
      const { files: _, ...about } = plan;
      printJson(io, { ...about, written, left });
    } else printLines(io, reportLines(plan, written, left));
  });
}

function collect(value: string, values: readonly string[]): string[] {
  return [...values, value];
}

function readValues(settings: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    settings.map((setting) => {
      const [, name = '', value = ''] =
        /^([^=]+)=(.*)$/s.exec(setting) ??
        badArgument(`--set: expected NAME=VALUE, found '${setting}'`);
      return [name, value];
    }),
  );
}

async function readSource(
  io: Io,
  source: string,
  values: ReadonlyMap<string, string>,
): Promise<FoundMachine[]> {
  const isArn = /^arn:[^:]+:states:/.test(source);
  const path = resolve(io.folder, source);
  const document: Json = isArn
    ? await describe(io, source)
    : parseTemplate(await readText(path), source);
  const readFile = (named: string) => readText(resolve(isArn ? io.folder : dirname(path), named));
  return readMachines(document, { source, values, readFile });
}

async function describe(io: Io, arn: string): Promise<Json> {
  // Loaded on demand: no other command needs the drivers of AWS.
  const { describeAwsMachine } = await import('../../operations/describe-aws-machine.ts');
  return describeAwsMachine(arn, io.folder, io.interrupted);
}

function selectMachines(
  found: readonly FoundMachine[],
  name: string | undefined,
): readonly FoundMachine[] {
  const selected = found.filter((machine) => name === undefined || machine.name === name);
  if (selected.length > 0) return selected;
  const names = found.map((machine) => machine.name).join(', ');
  return badArgument(`--machine: no machine is named '${name}' (found: ${names})`);
}

/** Writes the files that do not exist yet. */
async function writeNew(
  folder: string,
  files: readonly PlannedFile[],
): Promise<{ readonly written: string[]; readonly left: string[] }> {
  const written: string[] = [];
  const left: string[] = [];
  for (const { path, content } of files) {
    const target = resolve(folder, path);
    if (existsSync(target)) {
      left.push(path);
      continue;
    }
    await mkdir(dirname(target), { recursive: true });
    // `wx`: a file that appears meanwhile is not overwritten either.
    await writeFile(target, content, { flag: 'wx' });
    written.push(path);
  }
  return { written, left };
}

function reportLines(
  { machines, handlers, kept }: ImportPlan,
  written: readonly string[],
  left: readonly string[],
): string[] {
  return [
    ...machines.map(({ name, type }) => `machine ${name} (${type})`),
    ...handlers.map(({ name, states }) => `handler ${name}: called in ${states.join(', ')}`),
    ...kept.map(({ resource, states }) => `kept ${resource}: called in ${states.join(', ')}`),
    ...machines.flatMap(({ name, unresolved }) =>
      unresolved.map(
        (each) => `unresolved \${${each}} in ${name}: import again with --set ${each}=VALUE`,
      ),
    ),
    ...written.map((path) => `wrote ${path}`),
    ...left.map((path) => `left ${path} as it is: it exists`),
  ];
}
