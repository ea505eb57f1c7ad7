/** Examples of commands: `--help` shows them, and docs/cli.md lists them. */
import type { Command } from 'commander';

/** Command lines, each with what it does. */
export type Examples = Readonly<Record<string, string>>;

const examplesByCommand = new WeakMap<Command, Examples>();

/** Adds examples to a command. */
export function withExamples(command: Command, examples: Examples): Command {
  examplesByCommand.set(command, examples);
  const lines = Object.entries(examples).flatMap(([line, purpose]) => [
    `  # ${purpose}`,
    `  ${line}`,
  ]);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

/** Returns the examples of a command. */
export function readExamples(command: Command): Examples {
  return examplesByCommand.get(command) ?? {};
}
