import { type Argument, Command, type Option } from 'commander';
import { readExamples } from './examples.ts';
import { withAppOptions } from './options/app-options.ts';
import { everyCommand } from './program.ts';

const introduction = `# The command line

This document is generated from the program: \`npm run docs:cli\` writes it.

\`npx millrace COMMAND\` runs a command in an app's folder, and \`--help\` after any command describes it. Commands that run
no handler also work without a configuration. Results are printed to stdout, everything else to stderr; \`--json\` prints
one JSON document instead of text. [configuration.md](configuration.md) describes the configuration and the environment.

An execution is named by its id, or by \`machine:name\`. Times are dates (\`2026-11-24\`, midnight UTC) or dates with a time
(\`2026-11-24T08:30:00Z\`); durations are seconds or have a unit (\`500ms\`, \`15m\`, \`2h\`, \`7d\`). An option that takes JSON
also takes \`@file\` and \`-\` for standard input.
`;

const exitStatuses = [
  ['0', 'success'],
  ['1', 'the work failed: an execution, a batch, or a task of several'],
  ['2', 'the call was wrong: an option, a name, or the configuration'],
  ['70', 'an exception outside of handlers ended a process that runs roles: start it again'],
  ['75', 'a process that runs roles made no progress: start it again'],
  ['130', 'interrupted'],
];

/** Generates docs/cli.md: every command with its arguments, options and examples. */
export function cliReference(program: Command): string {
  const shared = withAppOptions(new Command());
  const commands = everyCommand(program).filter((command) => command.commands.length === 0);
  const rows = commands.map((command) => [linkTo(command), command.description()]);
  return [
    introduction,
    table(['exit status', 'meaning'], exitStatuses),
    '## Commands\n',
    table(['command', 'description'], rows),
    '`millrace --mode leader`, `worker` or `dev` is the same as that command.\n',
    '## Shared options\n',
    'Every command that opens an app has these options:\n',
    optionTable(shared.options),
    ...commands.map((command) => describeCommand(command, shared)),
  ].join('\n');
}

function describeCommand(command: Command, shared: Command): string {
  const flags = new Set(shared.options.map((option) => option.flags));
  const own = command.options.filter((option) => !flags.has(option.flags));
  const hasShared = command.options.some(({ long }) => long === '--store');
  const options = hasShared ? own : [...command.options];
  return [
    `## ${pathOf(command)}\n`,
    `${sentence(command.description())}\n`,
    `\`\`\`\n${usageOf(command)}\n\`\`\`\n`,
    ...(command.registeredArguments.length > 0 ? [argumentTable(command)] : []),
    ...(options.length > 0 ? [optionTable(options)] : []),
    ...(hasShared ? ['It also has the [shared options](#shared-options).\n'] : []),
    `\`\`\`sh\n${exampleLines(command).join('\n')}\n\`\`\`\n`,
  ].join('\n');
}

/** Returns the words of a command: `millrace batch start`. */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function linkTo(command: Command): string {
  const path = pathOf(command);
  return `[\`${path}\`](#${path.replaceAll(' ', '-')})`;
}

function usageOf(command: Command): string {
  return `${pathOf(command)} ${command.usage()}`;
}

function argumentTable(command: Command): string {
  const rows = command.registeredArguments.map((argument) => [
    `\`${argumentText(argument)}\``,
    argument.description,
  ]);
  return table(['argument', 'description'], rows);
}

function argumentText(argument: Argument): string {
  const name = argument.name() + (argument.variadic ? '...' : '');
  return argument.required ? `<${name}>` : `[${name}]`;
}

function optionTable(options: readonly Option[]): string {
  const rows = options.map((option) => [`\`${option.flags}\``, optionText(option)]);
  return table(['option', 'description'], rows);
}

function optionText({ description, argChoices, defaultValue, mandatory }: Option): string {
  const notes = [
    ...(mandatory ? ['required'] : []),
    ...(argChoices === undefined ? [] : [`one of ${argChoices.join(', ')}`]),
    ...(isShown(defaultValue) ? [`default: ${String(defaultValue)}`] : []),
  ];
  return notes.length === 0 ? description : `${description} (${notes.join('; ')})`;
}

/** A flag's default is obvious, and that of a negated flag is a misleading true. */
function isShown(value: unknown): boolean {
  return value !== undefined && typeof value !== 'boolean';
}

function exampleLines(command: Command): string[] {
  return Object.entries(readExamples(command)).flatMap(([line, purpose], index) => [
    ...(index === 0 ? [] : ['']),
    `# ${sentence(purpose)}`,
    line,
  ]);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Formats a Markdown table whose columns are aligned. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const escaped = rows.map((row) => row.map(escapeCell));
  const widths = header.map((title, column) =>
    Math.max(title.length, ...escaped.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = widths.map((width) => '-'.repeat(width));
  return `${[line(header), line(rule), ...escaped.map(line)].join('\n')}\n`;
}

/** Escapes what Markdown would take as a column or as HTML. */
function escapeCell(cell: string): string {
  const text = cell.replaceAll('|', '\\|');
  return cell.startsWith('`') ? text : text.replaceAll('<', '\\<');
}
