/** The option `--label KEY=VALUE`, which may be given several times. */
import { type Command, InvalidArgumentError } from 'commander';
import { findLabelKeyProblem, parseLabelText } from '../../batch/execution-labels.ts';
import type { ExecutionLabels } from '../../ports/store/execution-store.ts';

/** What the option adds to the options of a command. */
export interface LabelOptions {
  readonly label?: ExecutionLabels;
}

/** Adds the option. @param description what the labels are for */
export function withLabels(command: Command, description: string): Command {
  return command.option('--label <key=value>', `${description}; may be repeated`, labelOption);
}

/** Parses one label and adds it to those before. */
function labelOption(text: string, before: ExecutionLabels = {}): ExecutionLabels {
  const label = parseLabelText(text);
  if (label === null) {
    throw new InvalidArgumentError(`expected KEY=VALUE, such as customer=7; found '${text}'`);
  }
  const [key, value] = label;
  const problem = findLabelKeyProblem(key);
  if (problem !== null) throw new InvalidArgumentError(problem);
  return { ...before, [key]: value };
}
