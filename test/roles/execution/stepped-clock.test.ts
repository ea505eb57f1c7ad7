/** Runs whose machine's clock steps. */
import { describe, expect, it } from 'vitest';
import { HeldHandler, oneTask, RoleHarness } from '../../support/role-harness.ts';
import { until } from '../../support/signal.ts';

const timed = {
  StartAt: 'Work',
  States: { Work: { ...oneTask.States.Work, TimeoutSeconds: 5 } },
};

describe('a clock that steps during a run', () => {
  it.each([-3_600_000, 3_600_000])(
    'a clock that steps by %i ms changes no time-out of a handler that runs',
    async (ms) => {
      const work = new HeldHandler();
      const harness = new RoleHarness({ handlers: { work: work.handler } });
      await harness.register(timed);
      const id = await harness.record();
      let isEnded = false;
      const run = harness.executor().run(await harness.claim(id));
      void run.then(() => {
        isEnded = true;
      });
      await until(() => work.calls.length === 1, 'the call');

      harness.clock.step(ms);
      await harness.clock.advance(4_900);
      expect(isEnded).toBe(false);
      await harness.clock.advance(200);
      await run;

      expect(await harness.store.getExecution(id)).toMatchObject({ error: 'States.Timeout' });
    },
  );
});
