/** The commands on what is in the store and in the queues. */
import type { Command } from 'commander';
import { activityCommand } from './commands/activity.ts';
import { archiveCommand } from './commands/archive.ts';
import { batchCommand } from './commands/batch.ts';
import { executionCommand } from './commands/execution.ts';
import { machineCommand } from './commands/machine.ts';
import { messageCommand } from './commands/message.ts';
import { orderCommand } from './commands/order.ts';
import { queueCommand } from './commands/queue.ts';
import { taskCommand } from './commands/task.ts';
import { taskTokenCommand } from './commands/task-token.ts';
import type { Fail, Io } from './io.ts';

/** Creates the commands, in the order in which they are shown. */
export function resourceCommands(io: Io, fail: Fail): Command[] {
  return [
    batchCommand(io, fail),
    executionCommand(io, fail),
    taskCommand(io, fail),
    archiveCommand(io, fail),
    orderCommand(io, fail),
    queueCommand(io),
    machineCommand(io),
    messageCommand(io),
    activityCommand(io),
    taskTokenCommand(io),
  ];
}
