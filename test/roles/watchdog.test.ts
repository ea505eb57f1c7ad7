/** The watchdog: which loops count as stuck. */
import { describe, expect, it } from 'vitest';
import { Role } from '../../lib/roles/role.ts';
import { Watchdog } from '../../lib/roles/watchdog.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { settle } from '../support/signal.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

/** A role whose ticks are answered by the test. */
class AskedRole extends Role {
  readonly name = 'asked';
  protected override readonly quietMsMax = 30_000;
  answer = Promise.withResolvers<number>();
  isResting = false;

  async tick(): Promise<number> {
    this.answer = Promise.withResolvers<number>();
    return await (this.isResting ? this.rest(this.answer.promise) : this.answer.promise);
  }

  override showLife(): void {
    super.showLife();
  }
}

function setUp() {
  const clock = new SimulatedClock();
  const logger = new QuietLogger();
  const role = new AskedRole({ clock, logger, random: () => 0 });
  const stuck: string[] = [];
  const watchdog = new Watchdog({ clock, logger, loops: () => [role] });
  watchdog.start((name) => stuck.push(name));
  role.start();
  return { clock, logger, role, stuck, watchdog };
}

describe('a watchdog', () => {
  it('a round that never ends is stuck after the time that its role allows, and is reported once', async () => {
    const { clock, logger, stuck } = setUp();

    await clock.advance(30_000);
    expect(stuck).toEqual([]);
    await clock.advance(60_000);

    expect(stuck).toEqual(['asked']);
    expect(logger.entries).toMatchObject([
      { level: 'error', message: 'asked stuck: the process ends, so that another takes over' },
    ]);
  });

  it('rounds that fail are no sign of a stuck loop, however long that goes on', async () => {
    const { clock, role, stuck } = setUp();

    for (let rounds = 0; rounds < 20; rounds += 1) {
      await clock.advance(20_000);
      role.answer.reject(new Error('the database is away'));
      await settle();
    }

    expect(stuck).toEqual([]);
  });

  it('a round that rests, or gives signs of life, may take any time', async () => {
    const { clock, role, stuck } = setUp();
    for (let retries = 0; retries < 10; retries += 1) {
      await clock.advance(20_000);
      role.showLife();
    }
    role.isResting = true;
    role.answer.resolve(0);
    await settle();

    await clock.advance(86_400_000);

    expect(stuck).toEqual([]);
  });

  it('a stopped role is not stuck, and a stopped watchdog has no timer', async () => {
    const { clock, role, stuck, watchdog } = setUp();
    role.answer.resolve(0);
    await settle();
    const stopped = role.stop();
    role.answer.resolve(0);
    await stopped;

    await clock.advance(120_000);
    watchdog.stop();

    expect(stuck).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});
