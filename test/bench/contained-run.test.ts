/** What is left of a benchmark that ended, in each way in which it can end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { runContained } from '../../bench/contained-run.ts';

const program = new URL('leaving-program.ts', import.meta.url);
const caller = new URL('contained-caller.ts', import.meta.url);

/** A program that has started a process and made a file, and what tells that both are gone. */
interface Started {
  readonly program: ChildProcess;
  readonly folder: string;
  /** Resolves when no process holds the program's output any more. */
  readonly closed: Promise<unknown>;
}

async function watch(started: ChildProcess): Promise<Started> {
  const output = started.stdout as Readable;
  const closed = once(output, 'close');
  const [folder] = await once(createInterface(output), 'line');
  return { program: started, folder, closed };
}

/** Runs the program, which ends as `how` says, and `act` when it has started what it leaves. */
async function run(how: string, act: (started: Started, signals: EventEmitter) => void = () => {}) {
  const signals = new EventEmitter();
  let watching: Promise<Started> | undefined;
  const status = await runContained(program, [how], {
    output: 'pipe',
    signals,
    started: (child) => {
      watching = watch(child).then((started) => {
        act(started, signals);
        return started;
      });
    },
  });
  const { folder, closed } = (await watching) as Started;
  await closed;
  return { status, folder };
}

describe.concurrent('runContained', () => {
  it.each([
    { how: 'return', status: 0 },
    { how: 'throw', status: 1 },
    { how: 'exit', status: 3 },
  ])(
    'runContained ends what a program has started when the program ends by $how',
    async ({ how, status }) => {
      const ended = await run(how);

      expect(ended.status).toBe(status);
      expect(existsSync(ended.folder)).toBe(false);
    },
  );

  it('runContained ends what a program has started when the program is killed', async () => {
    const ended = await run('wait', (started) => started.program.kill('SIGKILL'));

    expect(ended.status).toBe(128 + 9);
    expect(existsSync(ended.folder)).toBe(false);
  });

  it('runContained ends the program and what it has started at Ctrl-C', async () => {
    const ended = await run('wait', (_, signals) => signals.emit('SIGINT'));

    expect(ended.status).toBe(128 + 2);
    expect(existsSync(ended.folder)).toBe(false);
  });

  it('a program and what it has started end when the process that runs it is killed', async () => {
    const calling = spawn(process.execPath, [caller.pathname, program.pathname]);
    const { folder, closed } = await watch(calling);

    calling.kill('SIGKILL');
    await closed;

    expect(existsSync(folder)).toBe(false);
  });
});
