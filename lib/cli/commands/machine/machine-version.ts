/** The commands `millrace machine version list | create | delete`. */
import { Command } from 'commander';
import type { PublishedVersion } from '../../../ports/store/machines/published-version-store.ts';
import { withExamples } from '../../examples.ts';
import { type Io, printJson, printLines } from '../../io.ts';
import {
  type AppOptions,
  wholeNumber,
  withApp,
  withAppOptions,
} from '../../options/app-options.ts';
import { type TableLook, tableLook } from '../../terminal/table-look.ts';
import { momentText, textTable } from '../../text-table.ts';

/** Maximum number of versions, and of aliases, that one list prints. */
const listedMax = 1_000;

/** Creates the commands. */
export function machineVersionCommand(io: Io): Command {
  return new Command('version')
    .description('list, publish and delete versions of a state machine')
    .addCommand(listCommand(io))
    .addCommand(createCommand(io))
    .addCommand(deleteCommand(io));
}

function listCommand(io: Io): Command {
  const command = new Command('list')
    .description('list the published versions of a state machine, newest first')
    .argument('<machine>', "the machine's id");
  withExamples(withAppOptions(command), {
    'millrace machine version list order': 'list the published versions',
  });
  return command.action((machine: string, { json }: AppOptions) =>
    withApp(io, command, async ({ machines }) => {
      const { entries } = await machines.published(machine, { limit: listedMax });
      if (json) printJson(io, { versions: entries });
      else printLines(io, versionTable(entries, tableLook(io)));
    }),
  );
}

function versionTable(versions: readonly PublishedVersion[], look: TableLook): string[] {
  if (versions.length === 0) return ['there is no published version'];
  return textTable(
    ['version', 'revision', 'published', 'description'],
    versions.map(({ number, revision, createdAt, description }) => [
      number,
      revision,
      momentText(createdAt),
      description,
    ]),
    { look, optional: ['published'] },
  );
}

interface CreateOptions extends AppOptions {
  readonly description?: string;
}

function createCommand(io: Io): Command {
  const command = new Command('create')
    .description('publish the current definition of a state machine under the next number')
    .argument('<machine>', "the machine's id")
    .option('--description <text>', 'what the version is for, at most 256 characters');
  withExamples(withAppOptions(command), {
    'millrace machine version create order': 'publish the current definition',
  });
  return command.action((machine: string, { json, description }: CreateOptions) =>
    withApp(io, command, async ({ machines }) => {
      const version = await machines.publish(machine, {
        ...(description !== undefined && { description }),
      });
      if (json) printJson(io, version);
      else printLines(io, [`${machine}:${version.number}`]);
    }),
  );
}

function deleteCommand(io: Io): Command {
  const command = new Command('delete')
    .description('delete a published version that no alias names; its executions continue')
    .argument('<machine>', "the machine's id")
    .argument('<version>', 'the number of the version', wholeNumber);
  withExamples(withAppOptions(command), {
    'millrace machine version delete order 1': 'delete the first version',
  });
  return command.action((machine: string, number: number, { json }: AppOptions) =>
    withApp(io, command, async ({ machines }) => {
      await machines.deletePublished(machine, number);
      if (json) printJson(io, { machineId: machine, number, deleted: true });
      else printLines(io, [`deleted ${machine}:${number}`]);
    }),
  );
}
