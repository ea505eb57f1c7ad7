/** The command `millrace types`. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { Command } from 'commander';
import { compileDefinition } from '../../config/compile-definition.ts';
import { declarationsHeader, writeDeclarations } from '../../config/typing/declarations.ts';
import { withExamples } from '../examples.ts';
import { badArgument, exitStatus } from '../failure.ts';
import { type Fail, type Io, printLines } from '../io.ts';
import { loadAppConfig } from '../options/app-options.ts';

interface TypesOptions {
  readonly out: string;
  readonly check?: boolean;
}

/** Creates the command. */
export function typesCommand(io: Io, fail: Fail): Command {
  const command = new Command('types')
    .description('write the names and payloads of an app as declarations for TypeScript')
    .option('--config <file>', 'configuration file (default: millrace.config.ts in this folder)')
    .option('--out <file>', "the file, in the configuration's folder", 'millrace.types.d.ts')
    .option('--check', 'write nothing, and fail when the file is not up to date');
  withExamples(command, {
    'millrace types': 'write millrace.types.d.ts',
    'millrace types --check': 'fail in CI when the file is out of date',
  });
  return command.action(async ({ out, check }: TypesOptions) => {
    const { config, folder } = await loadAppConfig(io, command, 'required');
    const definitions = await Promise.all(
      Object.entries(config.machines).map(
        async ([id, machine]) => [id, await compileDefinition(id, machine, folder)] as const,
      ),
    );
    const text = writeDeclarations(config, new Map(definitions));
    const path = resolve(folder, out);
    const name = relative(io.folder, path);
    const before = existsSync(path) ? await readFile(path, 'utf8') : null;
    if (before === text) {
      printLines(io, [`${name} is up to date`]);
    } else if (check) {
      printLines(io, [`${name} is not up to date: run millrace types`]);
      fail(exitStatus.workFailed);
    } else {
      if (before !== null && !before.startsWith(declarationsHeader)) {
        badArgument(`--out: ${name} was not written by millrace types, and is not overwritten`);
      }
      await writeFile(path, text);
      printLines(io, [`wrote ${name}`]);
    }
  });
}
