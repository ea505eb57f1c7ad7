/** Roles: ticks, pauses, failures, and starts and stops in any order. */
import { describe, expect, it } from 'vitest';
import { Role } from '../../lib/roles/role.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { settle, until } from '../support/signal.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

class Ticker extends Role {
  readonly name = 'ticker';
  ticks = 0;
  active = 0;
  mostActive = 0;
  pauseMs = 1_000;
  failing = false;

  async tick(): Promise<number> {
    this.active += 1;
    this.mostActive = Math.max(this.mostActive, this.active);
    await settle();
    this.active -= 1;
    this.ticks += 1;
    if (this.failing) throw new Error('no luck');
    return this.pauseMs;
  }
}

function setUp() {
  const clock = new SimulatedClock();
  const logger = new QuietLogger();
  const role = new Ticker({ clock, logger, random: () => 0 });
  return { clock, logger, role };
}

describe('a role', () => {
  it('a role ticks at once, and again after the pause that its tick returned', async () => {
    const { clock, role } = setUp();

    role.start();
    await until(() => role.ticks === 1, 'the first tick');
    await clock.advance(999);
    await settle();
    expect(role.ticks).toBe(1);
    await clock.advance(1);
    await until(() => role.ticks === 2, 'the second tick');

    await role.stop();
  });

  it('a role that is woken during a pause or a tick ticks again at once', async () => {
    const { role } = setUp();

    role.start();
    await until(() => role.ticks === 1, 'the first tick');
    role.wake();
    await until(() => role.active === 1, 'the second tick to begin');
    role.wake();
    await until(() => role.ticks === 3, 'the third tick');

    await role.stop();
    expect(role.mostActive).toBe(1);
  });

  it('a role survives failing ticks, with growing delays', async () => {
    const { clock, role } = setUp();
    role.failing = true;

    role.start();
    await until(() => role.ticks === 1, 'the first failure');
    await clock.advance(250);
    await until(() => role.ticks === 2, 'the second failure');
    await clock.advance(499);
    await settle();
    expect(role.ticks).toBe(2);
    await clock.advance(1);
    await until(() => role.ticks === 3, 'the third failure');

    await role.stop();
  });

  it('a role logs repeated failures once, and the recovery once', async () => {
    const { clock, logger, role } = setUp();
    role.failing = true;

    role.start();
    await until(() => role.ticks === 1, 'the first failure');
    for (const [index, pauseMs] of [250, 500, 1_000].entries()) {
      await clock.advance(pauseMs);
      await until(() => role.ticks === index + 2, 'the next failure');
    }
    role.failing = false;
    await clock.advance(2_000);
    await until(() => logger.entries.length === 2, 'the recovery to be logged');
    await role.stop();

    expect(logger.entries).toMatchObject([
      { level: 'error', message: 'ticker failed: retrying', fields: { error: 'no luck' } },
      { level: 'warn', message: 'ticker recovered', fields: { role: 'ticker' } },
    ]);
  });

  it('a role never runs two ticks at once and never hangs, however it is started and stopped', async () => {
    const { role } = setUp();
    role.pauseMs = 0;

    for (let round = 0; round < 50; round += 1) {
      role.start();
      role.start();
      if (round % 3 === 0) await settle();
      if (round % 5 === 0) role.wake();
      await Promise.all([role.stop(), role.stop()]);
    }

    const ticksAfterStop = role.ticks;
    await settle();
    expect(role.mostActive).toBeLessThanOrEqual(1);
    expect(role.ticks).toBe(ticksAfterStop);
  });

  it('a role can be started again after a stop', async () => {
    const { role } = setUp();

    role.start();
    await until(() => role.ticks === 1, 'the first tick');
    await role.stop();
    role.start();
    await until(() => role.ticks === 2, 'a tick after the restart');

    await role.stop();
    expect(role.ticks).toBe(2);
  });
});
