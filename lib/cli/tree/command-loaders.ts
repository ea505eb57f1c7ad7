import type { Command } from 'commander';
import type { Fail, Io } from '../io.ts';

/** Creates a command. It calls `fail` with its exit status when it fails without throwing. */
export type CommandFactory = (io: Io, fail: Fail) => Command;

/** What loads each command, by its name, in the order in which they are shown. */
export type CommandLoaders = Readonly<Record<string, () => Promise<CommandFactory>>>;
