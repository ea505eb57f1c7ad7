/** The commands `millrace machine list | get | graph | version … | alias …`. */
import { Command } from 'commander';
import type { MachineSummary } from '../../../operations/machines.ts';
import { withExamples } from '../../examples.ts';
import { type Io, jsonLines, printJson, printLines } from '../../io.ts';
import {
  type AppOptions,
  wholeNumber,
  withApp,
  withAppOptions,
} from '../../options/app-options.ts';
import { type TableLook, tableLook } from '../../terminal/table-look.ts';
import { momentText, textTable } from '../../text-table.ts';
import { machineAliasCommand } from './machine-alias.ts';
import { machineGraphCommand } from './machine-graph.ts';
import { machineVersionCommand } from './machine-version.ts';

/** Creates the commands. */
export function machineCommand(io: Io): Command {
  return new Command('machine')
    .description('list, show and draw state machines, publish versions and route aliases')
    .addCommand(listCommand(io))
    .addCommand(getCommand(io))
    .addCommand(machineGraphCommand(io))
    .addCommand(machineVersionCommand(io))
    .addCommand(machineAliasCommand(io));
}

function listCommand(io: Io): Command {
  const command = new Command('list').description('list the newest version of each state machine');
  withExamples(withAppOptions(command), {
    'millrace machine list': 'list the state machines of the store',
  });
  return command.action(({ json }: AppOptions) =>
    withApp(io, command, async (app) => {
      const machines = await app.machines.list();
      if (json) printJson(io, { machines });
      else printLines(io, machineTable(machines, tableLook(io)));
    }),
  );
}

function machineTable(machines: readonly MachineSummary[], look: TableLook): string[] {
  if (machines.length === 0) return ['there is no machine'];
  return textTable(
    ['id', 'version', 'type', 'created'],
    machines.map(({ id, version, type, createdAt }) => [id, version, type, momentText(createdAt)]),
    { look, optional: ['created'] },
  );
}

interface GetOptions extends AppOptions {
  readonly machineVersion?: number;
}

function getCommand(io: Io): Command {
  const command = new Command('get')
    .description('print the definition of a state machine')
    .argument('<id>', "the machine's id")
    .option('--machine-version <n>', 'version of the machine (default: the newest)', wholeNumber);
  withExamples(withAppOptions(command), {
    'millrace machine get order': 'print the newest definition',
    'millrace machine get order --machine-version 1': 'print the first definition',
  });
  return command.action((id: string, { json, machineVersion }: GetOptions) =>
    withApp(io, command, async ({ machines }) => {
      const machine = await machines.get(id, machineVersion);
      if (json) printJson(io, machine);
      else printLines(io, jsonLines(machine.definition));
    }),
  );
}
