/** The commands `millrace completion bash | zsh | fish | words`. */
import { Command } from 'commander';
import { configuredQueues } from '../../config/settings.ts';
import { withExamples } from '../examples.ts';
import { type Io, printLines } from '../io.ts';
import { control } from '../terminal/safe-output.ts';
import { completeWords, type NameKind } from './complete-words.ts';
import { shellScripts, shells } from './shell-scripts.ts';

/** Creates the commands. */
export function completionCommand(io: Io): Command {
  const command = new Command('completion').description(
    'print a script that completes commands and names in a shell',
  );
  for (const shell of shells) command.addCommand(scriptCommand(io, shell));
  return command.addCommand(wordsCommand(io));
}

/** The lines that read each script at the start of a shell. */
const usages = Object.freeze({
  bash: 'eval "$(millrace completion bash)"',
  zsh: 'eval "$(millrace completion zsh)"',
  fish: 'millrace completion fish | source',
});

function scriptCommand(io: Io, shell: (typeof shells)[number]): Command {
  const command = new Command(shell).description(`print the script for ${shell}`);
  withExamples(command, { [usages[shell]]: `complete commands in this ${shell}` });
  return command.action(() => {
    io.stdout.write(shellScripts[shell]);
  });
}

function wordsCommand(io: Io): Command {
  const command = new Command('words')
    .description('print what can follow some words, a line each; the scripts call it')
    .argument('[words...]', 'the words after millrace, the last one as far as it is typed');
  withExamples(command, {
    "millrace completion words batch start ''": 'list the batches of the configuration',
  });
  return command.action(async (words: string[]) => {
    const program = command.parent?.parent;
    if (!program) return;
    const found = await completeWords(program, words, (kind) => readNames(io, kind));
    printLines(
      io,
      found.map(({ word, description }) => `${word}${control('\t')}${description}`),
    );
  });
}

/** Returns names of the configuration: no store is opened, so that it is quick. */
async function readNames(io: Io, kind: NameKind): Promise<readonly string[]> {
  const { loadConfig } = await import('../../config/loading/load-config.ts');
  try {
    const { config } = await loadConfig(undefined, io.folder);
    switch (kind) {
      case 'machine':
        return Object.keys(config.machines);
      case 'batch':
        return Object.keys(config.batches ?? {});
      case 'queue':
        return Object.keys(configuredQueues(config));
      case 'taskType':
        return Object.keys(config.tasks ?? {});
      case 'activity':
        return config.activities ?? [];
    }
  } catch {
    // A shell has no place for a message: without a configuration that loads there are no names.
    return [];
  }
}
