import { MillraceError, messageOf } from '../../lib/errors.ts';
import type { SandboxCloud } from './sandbox-cloud.ts';

/** One step of the evening. */
export interface SandboxStep {
  /** A sentence that is true if the step passes. */
  readonly name: string;
  /** Runs the step and returns what was observed; null when it does not apply. */
  readonly run: (cloud: SandboxCloud, batch: string) => Promise<string | null>;
}

/** The steps before the last, which destroys everything whatever has happened. */
export const sandboxSteps: readonly SandboxStep[] = [
  { name: 'the app is deployed', run: (cloud) => cloud.deploy('first') },
  { name: 'an event starts a batch, which ends', run: runBatch },
  { name: 'an alarm reaches whom it notifies', run: (cloud) => cloud.soundAlarm() },
  {
    name: 'a changed queue is deployed over it, and a batch runs',
    run: async (cloud, batch) => {
      const seen = await cloud.deploy('changed queue');
      return `${seen}; ${await runBatch(cloud, batch)}`;
    },
  },
  {
    name: 'the schema is migrated to the newest version',
    run: async (cloud) => {
      const { applied, known } = await cloud.readSchema();
      if (applied === known) return `version ${applied}`;
      throw failure(`it has version ${applied}, and the newest is ${known}`);
    },
  },
  {
    name: 'a deploy that fails is rolled back, over a newer schema too, and a batch runs',
    run: async (cloud, batch) => {
      await cloud.recordNewerSchema(true);
      try {
        const seen = await expectRollback(cloud);
        return `${seen}; ${await runBatch(cloud, batch)}`;
      } finally {
        await cloud.recordNewerSchema(false);
      }
    },
  },
];

/** The last step. */
export const destroyStep: SandboxStep = {
  name: 'everything is deleted',
  run: async (cloud) => {
    const left = await cloud.destroy();
    if (left.length === 0) return 'nothing is left';
    throw failure(`left over, and perhaps paid for: ${left.join(', ')}`);
  },
};

async function runBatch(cloud: SandboxCloud, batch: string): Promise<string> {
  const { status, succeeded, failed } = await cloud.runBatch(batch);
  if (status !== 'SUCCEEDED') throw failure(`the batch ended ${status}: ${failed} failed`);
  return `${batch}: ${succeeded} succeeded, ${failed} failed`;
}

/** The app has to be as it was before: the deploy of a broken release fails, and nothing stays. */
async function expectRollback(cloud: SandboxCloud): Promise<string> {
  let seen: string;
  try {
    seen = await cloud.deploy('broken');
  } catch (error) {
    return `refused, as it should be: ${firstLine(messageOf(error))}`;
  }
  throw failure(`the deploy of a broken release succeeded: ${seen}`);
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

function failure(reason: string): MillraceError {
  return new MillraceError('CONFLICT', reason);
}
