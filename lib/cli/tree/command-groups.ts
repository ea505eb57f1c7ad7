/** The groups of commands in the help of the program. */
import type { Command } from 'commander';

/** The heading of what explains and completes commands. */
export const helpHeading = 'Help:';

/** The commands of the program by the heading that its help shows them under. */
const groups: Readonly<Record<string, readonly string[]>> = Object.freeze({
  'Projects:': ['init', 'import', 'export', 'types'],
  'Workflows:': ['run', 'validate', 'test', 'test-state', 'machine'],
  'Batches and executions:': [
    'batch',
    'schedule',
    'execution',
    'task',
    'archive',
    'order',
    'message',
    'activity',
    'task-token',
  ],
  'Queues:': ['queue', 'limit'],
  'Processes:': ['dev', 'leader', 'worker', 'api', 'step-functions', 'dashboard'],
  'Operations:': ['top', 'doctor', 'migrate'],
  'AWS:': ['deploy', 'rehearse', 'sandbox'],
  [helpHeading]: ['completion'],
});

/** Puts a command of the program under its heading. */
export function groupCommand(command: Command): Command {
  const [heading] =
    Object.entries(groups).find(([, names]) => names.includes(command.name())) ?? [];
  return heading === undefined ? command : command.helpGroup(heading);
}
