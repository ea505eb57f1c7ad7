/** Runs whose machine's clock steps. */
import { describe, expect, it } from 'vitest';
import { HeldHandler, oneTask, RoleHarness } from '../../support/role-harness.ts';
import { until } from '../../support/signal.ts';
import { offBy } from '../../support/simulated-clock.ts';

const timed = {
  StartAt: 'Work',
  States: { Work: { ...oneTask.States.Work, TimeoutSeconds: 5 } },
};

const hourMs = 3_600_000;

describe('workers whose clocks differ', () => {
  it.each([-hourMs, hourMs])(
    'a retry that begins on one worker comes on time on another whose clock is off by %i ms',
    async (ms) => {
      const results = [new Error('busy'), null];
      const harness = new RoleHarness({
        handlers: {
          work: () => {
            const result = results.shift() ?? null;
            if (result !== null) throw result;
            return result;
          },
        },
      });
      const Retry = [{ ErrorEquals: ['Error'], IntervalSeconds: 20 }];
      await harness.register({
        StartAt: 'Work',
        States: { Work: { ...oneTask.States.Work, Retry } },
      });
      const id = await harness.record();
      const worker = (offMs: number) => harness.executor({ clock: offBy(harness.clock, offMs) });

      const first = await worker(-ms).run(await harness.claim(id));
      await harness.clock.advance(20_000);
      const second = await worker(ms).run(await harness.claim(id));

      expect([first, second]).toEqual([{ kind: 'suspended', dueInMs: 20_000 }, { kind: 'ended' }]);
    },
  );
});

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
