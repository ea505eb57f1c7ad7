/** A distributed Map whose execution is redriven: the run that it had continues. */
import { describe, expect, it } from 'vitest';
import { type CommandEffect, isCommand } from '../../../lib/engine/effect.ts';
import { checkEffects } from '../../../lib/engine/invariants.ts';
import { findOpenCommands } from '../../../lib/engine/open-commands.ts';
import { Run } from '../../support/run-machine.ts';

const definition = {
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      Retry: [{ ErrorEquals: ['Again'], IntervalSeconds: 1, MaxAttempts: 1 }],
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'P',
        States: { P: { Type: 'Pass', End: true } },
      },
      End: true,
    },
  },
};

function lastCommand({ effects }: Run): CommandEffect {
  const command = effects.findLast(isCommand);
  if (command === undefined) throw new Error('expected a command');
  return command;
}

/** Accepts the run that was started or redriven, and fails it. */
function acceptAndFail(run: Run, error: string): void {
  const { command } = lastCommand(run);
  run.apply({ type: 'commandSubmitted', command, output: null });
  run.apply({ type: 'commandFailed', command, error, cause: 'why' });
}

function failedRun(): Run {
  const run = new Run(definition, { input: [1, 2] }).apply({ type: 'started' });
  acceptAndFail(run, 'Unlucky');
  return run;
}

describe('the redrive of a map run', () => {
  it('a redriven Map redrives its map run under a command of its own', () => {
    const run = failedRun();
    const started = lastCommand(run);
    const mapRunArn = started.type === 'mapRun' ? started.run.mapRunArn : '';

    run.apply({ type: 'redriven' });

    const redriven = lastCommand(run);
    expect(redriven).toMatchObject({ type: 'mapRunRedrive', mapRunArn, stateName: 'Each' });
    expect(redriven.command).not.toBe(started.command);
    expect(run.history.at(-1)).toMatchObject({
      type: 'MapRunRedriven',
      mapRunRedrivenEventDetails: { mapRunArn, redriveCount: 1 },
    });
    expect(checkEffects(run.effects)).toEqual([]);
  });

  it('redrives of a map run are counted', () => {
    const run = failedRun();

    run.apply({ type: 'redriven' });
    acceptAndFail(run, 'Unlucky');
    run.apply({ type: 'redriven' });

    expect(run.history.at(-1)?.mapRunRedrivenEventDetails?.redriveCount).toBe(2);
  });

  it('the redrive of a map run is sent again after a crash until it is accepted', () => {
    const run = failedRun().apply({ type: 'redriven' });
    const redriven = lastCommand(run);

    expect(findOpenCommands(run.machine, run.identity, run.snapshot)).toEqual([redriven]);
    run.apply({ type: 'commandSubmitted', command: redriven.command, output: null });
    expect(findOpenCommands(run.machine, run.identity, run.snapshot)).toEqual([]);
  });

  it('an aborted Map redrives its map run, too', () => {
    const run = new Run(definition, { input: [1] }).apply({ type: 'started' });
    run.apply({ type: 'commandSubmitted', command: lastCommand(run).command, output: null });
    run.apply({ type: 'aborted' });

    run.apply({ type: 'redriven' });

    expect(lastCommand(run).type).toBe('mapRunRedrive');
  });

  it('a map run that was never accepted is started anew', () => {
    const run = new Run(definition, { input: [1] }).apply({ type: 'started' });
    run.apply({ type: 'aborted' });

    run.apply({ type: 'redriven' });

    expect(lastCommand(run).type).toBe('mapRun');
  });

  it('a retry of the Map starts another map run', () => {
    const run = new Run(definition, { input: [1] }).apply({ type: 'started' });
    const first = lastCommand(run);
    acceptAndFail(run, 'Again');
    run.now += 1_000;

    run.apply({ type: 'timersDue' });

    const second = lastCommand(run);
    expect(second.type).toBe('mapRun');
    expect(second).not.toEqual(first);
  });
});
