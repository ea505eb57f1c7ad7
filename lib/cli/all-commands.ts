/** The list of all commands. Each group of commands is one file in `commands/`. */
import type { Command } from 'commander';
import { apiCommand } from './commands/api.ts';
import { dashboardCommand } from './commands/dashboard.ts';
import { devCommand } from './commands/dev.ts';
import { doctorCommand } from './commands/doctor.ts';
import { leaderCommand } from './commands/leader.ts';
import { runCommand } from './commands/run.ts';
import { testStateCommand } from './commands/test-state.ts';
import { validateCommand } from './commands/validate.ts';
import { workerCommand } from './commands/worker.ts';
import type { Fail, Io } from './io.ts';
import { resourceCommands } from './resource-commands.ts';

/** Creates all commands, in the order in which they are shown. */
export function allCommands(io: Io, fail: Fail): Command[] {
  return [
    runCommand(io, fail),
    validateCommand(io, fail),
    testStateCommand(io, fail),
    ...resourceCommands(io, fail),
    leaderCommand(io),
    workerCommand(io),
    devCommand(io),
    apiCommand(io),
    dashboardCommand(io),
    doctorCommand(io, fail),
  ];
}
