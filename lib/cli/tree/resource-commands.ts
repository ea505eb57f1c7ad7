import type { CommandLoaders } from './command-loaders.ts';

/** The commands on what is in the store and in the queues. */
export const resourceCommands: CommandLoaders = Object.freeze({
  batch: async () => (await import('../commands/batch/batch.ts')).batchCommand,
  schedule: async () => (await import('../commands/schedule.ts')).scheduleCommand,
  execution: async () => (await import('../commands/execution/execution.ts')).executionCommand,
  task: async () => (await import('../commands/task.ts')).taskCommand,
  archive: async () => (await import('../commands/archive.ts')).archiveCommand,
  order: async () => (await import('../commands/order.ts')).orderCommand,
  queue: async () => (await import('../commands/queue.ts')).queueCommand,
  limit: async () => (await import('../commands/limit.ts')).limitCommand,
  machine: async () => (await import('../commands/machine/machine.ts')).machineCommand,
  message: async () => (await import('../commands/message.ts')).messageCommand,
  activity: async () => (await import('../commands/activity.ts')).activityCommand,
  'task-token': async () => (await import('../commands/task-token.ts')).taskTokenCommand,
});
