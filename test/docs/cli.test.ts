/** docs/cli.md is what the program generates, and its examples are valid calls. */
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { deployCommand } from '../../bin/deploy-command.ts';
import { cliReference } from '../../lib/cli/cli-reference.ts';
import { readExamples } from '../../lib/cli/examples.ts';
import { createProgram, everyCommand } from '../../lib/cli/program.ts';
import { rehearseCommand } from '../../rehearsal/command.ts';
import { sandboxCommand } from '../../rehearsal/sandbox/sandbox-command.ts';
import { readDocument, root } from './markdown.ts';

function createCli(): Promise<Command> {
  const discard = { write: () => true };
  const interrupted = new AbortController().signal;
  const io = {
    stdout: discard,
    stderr: discard,
    folder: root,
    readStdin: async () => '',
    exit: () => {},
    interrupted,
  };
  return createProgram(io, () => {}, {
    deploy: async () => deployCommand,
    rehearse: async () => rehearseCommand,
    sandbox: async () => sandboxCommand,
  });
}

const commands = everyCommand(await createCli())
  .filter((command) => command.commands.length === 0)
  .map((command) => [pathOf(command), command] as const);

/** Returns the words that call a command: `millrace batch start`. */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

/** Returns the options in an example, without what follows a pipe. */
function optionsIn(line: string): string[] {
  const [call = ''] = line.replaceAll(/'[^']*'|"[^"]*"/g, 'text').split(' | ');
  return call.split(' ').filter((word) => word.startsWith('--'));
}

describe('docs/cli.md', () => {
  it('docs/cli.md is up to date: npm run docs:cli writes it', async () => {
    expect(readDocument('docs/cli.md')).toBe(cliReference(await createCli()));
  });

  it.each(commands)('%s has an example', (_, command) => {
    expect(Object.keys(readExamples(command))).not.toEqual([]);
  });

  it.each(commands)('the examples of %s call it, with options that it has', (path, command) => {
    const known = command.options.flatMap(({ long }) => long ?? []);
    const calls = [path, path.replace(/ start$/, '')];

    for (const line of Object.keys(readExamples(command))) {
      expect(line).toMatch(new RegExp(`(^|\\$\\(|\\| )(${calls.join('|')})( |\\)|$)`));
      expect(optionsIn(line).filter((option) => !known.includes(option))).toEqual([]);
    }
  });

  it.each(commands)('every argument and option of %s is described', (_, command) => {
    const described = [...command.registeredArguments, ...command.options];

    expect(described.filter(({ description }) => description === '')).toEqual([]);
  });
});
