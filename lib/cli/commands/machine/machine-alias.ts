/** The commands `millrace machine alias list | create | update | delete`. */
import { Command } from 'commander';
import type { AliasRoute, MachineAlias } from '../../../ports/store/machines/alias-store.ts';
import { withExamples } from '../../examples.ts';
import { badArgument } from '../../failure.ts';
import { type Io, printJson, printLines } from '../../io.ts';
import { type AppOptions, withApp, withAppOptions } from '../../options/app-options.ts';
import { type TableLook, tableLook } from '../../terminal/table-look.ts';
import { momentText, textTable } from '../../text-table.ts';

/** Maximum number of aliases of a machine. */
const listedMax = 1_000;

/** Creates the commands. */
export function machineAliasCommand(io: Io): Command {
  return new Command('alias')
    .description('list, create, change and delete aliases of a state machine')
    .addCommand(listCommand(io))
    .addCommand(createCommand(io))
    .addCommand(updateCommand(io))
    .addCommand(deleteCommand(io));
}

function listCommand(io: Io): Command {
  const command = new Command('list')
    .description('list the aliases of a state machine, and where they route executions')
    .argument('<machine>', "the machine's id");
  withExamples(withAppOptions(command), {
    'millrace machine alias list order': 'list the aliases',
  });
  return command.action((machine: string, { json }: AppOptions) =>
    withApp(io, command, async ({ machines }) => {
      const { entries } = await machines.aliases(machine, { limit: listedMax });
      if (json) printJson(io, { aliases: entries });
      else printLines(io, aliasTable(entries, tableLook(io)));
    }),
  );
}

function aliasTable(aliases: readonly MachineAlias[], look: TableLook): string[] {
  if (aliases.length === 0) return ['there is no alias'];
  return textTable(
    ['alias', 'routes', 'updated', 'description'],
    aliases.map(({ name, routes, updatedAt, description }) => [
      name,
      routesText(routes),
      momentText(updatedAt),
      description,
    ]),
    { look, optional: ['updated'] },
  );
}

function routesText(routes: readonly AliasRoute[]): string {
  return routes.map(({ version, weight }) => `${version}=${weight}%`).join(' ');
}

interface RouteOptions extends AppOptions {
  readonly description?: string;
}

const routesHelp = 'a version, or two with their percentages: 3, or 3=90 4=10';

function createCommand(io: Io): Command {
  const command = new Command('create')
    .description('create an alias that routes new executions to published versions')
    .argument('<machine>', "the machine's id")
    .argument('<alias>', "the alias's name")
    .argument('<routes...>', routesHelp)
    .option('--description <text>', 'what the alias is for, at most 256 characters');
  withExamples(withAppOptions(command), {
    'millrace machine alias create order live 3': 'route all executions of order:live to version 3',
  });
  return command.action(
    (machine: string, name: string, routes: string[], { json, description }: RouteOptions) =>
      withApp(io, command, async ({ machines }) => {
        const alias = await machines.createAlias(machine, {
          name,
          routes: readRoutes(routes),
          ...(description !== undefined && { description }),
        });
        printAlias(io, alias, json);
      }),
  );
}

function updateCommand(io: Io): Command {
  const command = new Command('update')
    .description('change where an alias routes new executions; a running batch follows')
    .argument('<machine>', "the machine's id")
    .argument('<alias>', "the alias's name")
    .argument('<routes...>', routesHelp)
    .option('--description <text>', 'what the alias is for, at most 256 characters');
  withExamples(withAppOptions(command), {
    'millrace machine alias update order live 3=90 4=10': 'give a tenth to version 4',
    'millrace machine alias update order live 4': 'give all to version 4',
  });
  return command.action(
    (machine: string, name: string, routes: string[], { json, description }: RouteOptions) =>
      withApp(io, command, async ({ machines }) => {
        const alias = await machines.updateAlias(machine, name, {
          routes: readRoutes(routes),
          ...(description !== undefined && { description }),
        });
        printAlias(io, alias, json);
      }),
  );
}

function printAlias(io: Io, alias: MachineAlias, json: boolean | undefined): void {
  if (json) printJson(io, alias);
  else printLines(io, [`${alias.machineId}:${alias.name} routes to ${routesText(alias.routes)}`]);
}

function readRoutes(texts: readonly string[]): AliasRoute[] {
  return texts.map((text) => {
    const [, version, weight = '100'] = /^(\d{1,9})(?:=(\d{1,3})%?)?$/.exec(text) ?? [];
    if (version === undefined) badArgument(`routes: expected ${routesHelp}; found '${text}'`);
    return { version: Number(version), weight: Number(weight) };
  });
}

function deleteCommand(io: Io): Command {
  const command = new Command('delete')
    .description('delete an alias; executions that it has started continue')
    .argument('<machine>', "the machine's id")
    .argument('<alias>', "the alias's name");
  withExamples(withAppOptions(command), {
    'millrace machine alias delete order live': 'delete the alias order:live',
  });
  return command.action((machine: string, alias: string, { json }: AppOptions) =>
    withApp(io, command, async ({ machines }) => {
      await machines.deleteAlias(machine, alias);
      if (json) printJson(io, { machineId: machine, alias, deleted: true });
      else printLines(io, [`deleted ${machine}:${alias}`]);
    }),
  );
}
