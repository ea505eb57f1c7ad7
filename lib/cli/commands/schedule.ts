/** The commands `millrace schedule list | pause | resume | start`. */
import { Command } from 'commander';
import type { ListedSchedule } from '../../operations/schedules/list-schedules.ts';
import { withExamples } from '../examples.ts';
import { type Io, printJson, printLines } from '../io.ts';
import { type AppOptions, withAppOptions, withConfiguredApp } from '../options/app-options.ts';
import { momentOption } from '../options/time-option.ts';
import { type TableLook, tableLook } from '../terminal/table-look.ts';
import { momentText, textTable } from '../text-table.ts';
import { warnWithoutLeader } from './batch/batch-start.ts';

/** Creates the commands. */
export function scheduleCommand(io: Io): Command {
  return new Command('schedule')
    .description('list, pause, resume and start the schedules of batches')
    .addCommand(listCommand(io))
    .addCommand(pauseCommand(io))
    .addCommand(resumeCommand(io))
    .addCommand(startCommand(io));
}

/** Maximum length of what an occurrence waits for; `--json` has all of it. */
const reasonMax = 60;

const nameArgument = ['<name>', "the batch's name in the configuration"] as const;

function listCommand(io: Io): Command {
  const command = new Command('list').description(
    'list the batches that start by a schedule or by a new object, and when',
  );
  withExamples(withAppOptions(command), {
    'millrace schedule list': 'show when each batch starts next, and how it ended last',
  });
  return command.action((options: AppOptions) =>
    withConfiguredApp(io, command, async (app) => {
      const listed = await app.schedules.list();
      if (options.json) return printJson(io, listed);
      printLines(io, scheduleTable(listed.schedules, tableLook(io)));
      const isLed = listed.evaluatedBy === 'leader' && listed.schedules.length > 0;
      if (isLed) await warnWithoutLeader(io, app);
    }),
  );
}

function scheduleTable(schedules: readonly ListedSchedule[], look: TableLook): string[] {
  if (schedules.length === 0) return ['no batch of the configuration has a schedule or onObject'];
  return textTable(
    ['batch', 'starts', 'state', 'next', 'last due', 'last batch', 'ended'],
    schedules.map((schedule) => [
      schedule.name,
      describeStart(schedule),
      describeState(schedule),
      momentText(schedule.nextAt),
      momentText(schedule.lastDueAt),
      schedule.last?.batchId ?? null,
      schedule.last?.status ?? null,
    ]),
    { look, optional: ['last batch', 'last due'] },
  );
}

function describeStart({ schedule, timeZone, onObject }: ListedSchedule): string {
  const zone = timeZone === null ? '' : ` ${timeZone}`;
  return [
    ...(schedule === null ? [] : [`${schedule}${zone}`]),
    ...(onObject ? ['new objects'] : []),
  ].join(', ');
}

function describeState({ paused, pausedReason, waiting, missed }: ListedSchedule): string | null {
  if (paused === true) return pausedReason === null ? 'paused' : `paused: ${pausedReason}`;
  if (waiting?.reason != null) return `waits: ${shorten(waiting.reason)}`;
  if (missed === null) return null;
  return `missed ${momentText(missed.dueAt)}: ${shorten(missed.reason)}`;
}

function shorten(reason: string): string {
  return reason.length > reasonMax ? `${reason.slice(0, reasonMax)}…` : reason;
}

interface ReasonOptions extends AppOptions {
  readonly reason?: string;
}

function pauseCommand(io: Io): Command {
  const command = new Command('pause')
    .description('keep a schedule from starting its batch until it is resumed')
    .argument(...nameArgument)
    .option('--reason <text>', 'why, for the list and the log of changes');
  withExamples(withAppOptions(command), {
    "millrace schedule pause nightly --reason 'the shop moves'": 'pause a schedule',
  });
  return command.action((name: string, { json, reason }: ReasonOptions) =>
    withConfiguredApp(io, command, async ({ schedules }) => {
      const changed = await schedules.pause(name, reason);
      if (json) printJson(io, changed);
      else printLines(io, [`the schedule of ${name} is paused; 'schedule resume' continues it`]);
    }),
  );
}

function resumeCommand(io: Io): Command {
  const command = new Command('resume')
    .description('let a schedule start its batch again; what was due meanwhile is skipped')
    .argument(...nameArgument)
    .option('--reason <text>', 'why, for the log of changes');
  withExamples(withAppOptions(command), {
    'millrace schedule resume nightly': 'resume a schedule',
  });
  return command.action((name: string, { json, reason }: ReasonOptions) =>
    withConfiguredApp(io, command, async (app) => {
      const changed = await app.schedules.resume(name, reason);
      if (json) printJson(io, changed);
      else printLines(io, [`the schedule of ${name} is resumed`]);
    }),
  );
}

interface StartOptions extends AppOptions {
  readonly at?: number;
}

function startCommand(io: Io): Command {
  const command = new Command('start')
    .description('start the batch of a schedule now, or once for one of its times')
    .argument(...nameArgument)
    .option(
      '--at <time>',
      'a time at which it is due: its date is used, and it is started once',
      momentOption,
    );
  withExamples(withAppOptions(command), {
    'millrace schedule start nightly': 'start the batch now',
    'millrace schedule start nightly --at 2026-03-29T00:00:00Z': 'make up for a night',
  });
  return command.action((name: string, { json, at }: StartOptions) =>
    withConfiguredApp(io, command, async (app) => {
      const { id: batchId, status, started } = await app.schedules.start(name, at);
      if (json) printJson(io, { batchId, status, started });
      else if (started) printLines(io, [`batch ${batchId} is recorded; a leader runs it`]);
      else
        printLines(io, [`${name} is not started: batch ${batchId} is open, and overlap is 'skip'`]);
      await warnWithoutLeader(io, app);
    }),
  );
}
