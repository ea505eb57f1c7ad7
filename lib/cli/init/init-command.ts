/** The command `millrace init`. */
import { basename, relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { withExamples } from '../examples.ts';
import { type Io, printJson, printLines } from '../io.ts';
import { findDependency } from './find-dependency.ts';
import { projectFiles } from './project-files.ts';
import {
  chooseProject,
  type ProjectChoices,
  type ProjectOptions,
  projectExamples,
  projectLanguages,
} from './project-options.ts';
import { shellWord } from './shell-word.ts';
import { writeProject } from './write-project.ts';

interface InitOptions extends Partial<ProjectChoices> {
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Creates the command. */
export function initCommand(io: Io): Command {
  const command = new Command('init')
    .description('write a small project into a folder: a workflow, handlers, a batch and tests')
    .argument('[folder]', 'the folder, which is created (default: this one)')
    .addOption(
      new Option('--language <language>', 'TypeScript or JavaScript').choices([
        ...projectLanguages,
      ]),
    )
    .addOption(
      new Option('--example <name>', 'orders of a shop, or the rows of a CSV file').choices([
        ...projectExamples,
      ]),
    )
    .option('--cdk', 'also write what rehearses it, and deploys it to AWS')
    .option('--tests', 'write tests (the default)')
    .option('--no-tests', 'write no tests')
    .option('--compose', 'write a compose file with PostgreSQL and Redis (the default)')
    .option('--no-compose', 'write no compose file')
    .option('--yes', 'ask nothing; any other option means that, too')
    .option('--json', 'print one JSON document instead of text');
  withExamples(command, {
    'millrace init shop': 'write a project into the folder shop',
    'millrace init --example csv --language js --yes': 'write one into this folder, in JavaScript',
    'millrace init shop --cdk': 'write one that can also be deployed to AWS',
  });
  return command.action(async (folder: string | undefined, options: InitOptions) => {
    const target = resolve(io.folder, folder ?? '.');
    const { language, example, tests, compose, cdk, yes, json } = options;
    const flags = Object.fromEntries(
      Object.entries({ language, example, tests, compose, cdk }).filter(
        ([, value]) => value !== undefined,
      ),
    );
    const choices = await chooseProject(flags, yes || json ? null : (io.ask ?? null));
    const { spec, prepare } = findDependency(import.meta.dirname);
    const project = { ...choices, name: packageNameOf(target), millrace: spec };
    const files = projectFiles(project);
    await writeProject(target, files);
    const next = nextCommands(project, relative(io.folder, target), prepare);
    if (json) printJson(io, { folder: target, files: Object.keys(files), next });
    else printLines(io, summary(target, Object.keys(files), next));
  });
}

/** Returns a name that npm takes, made of the folder's. */
function packageNameOf(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-');
  return name.replaceAll(/^-+|-+$/g, '') || 'millrace-project';
}

function nextCommands(project: ProjectOptions, folder: string, prepare: string | null): string[] {
  const enter = folder === '' ? '' : `cd ${shellWord(folder)} && `;
  return [
    ...(prepare === null ? [] : [prepare]),
    `${enter}npm install`,
    'npm start',
    project.tests ? 'npm test' : 'npm run dev',
  ];
}

function summary(folder: string, files: readonly string[], next: readonly string[]): string[] {
  return [
    `${folder} has a new project:`,
    ...files.map((path) => `  ${path}`),
    '',
    'Next:',
    ...next.map((line) => `  ${line}`),
  ];
}
