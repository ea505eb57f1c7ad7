import type { Clock } from '../../ports/clock.ts';
import type { ServiceSchedules } from '../../ports/service-schedules.ts';
import { ScheduleCalls } from './schedule-calls.ts';

/** The schedules of a deployment's batches, at EventBridge Scheduler. */
export class SchedulerServiceSchedules implements ServiceSchedules {
  readonly #calls: ScheduleCalls;
  readonly #nameOf: (batch: string) => string;

  /** @param nameOf returns the name of a batch's schedule in the group */
  constructor(group: string, nameOf: (batch: string) => string, clock: Clock) {
    this.#calls = new ScheduleCalls(group, clock);
    this.#nameOf = nameOf;
  }

  async isEnabled(batch: string): Promise<boolean> {
    return (await this.#calls.get(this.#nameOf(batch))).State !== 'DISABLED';
  }

  async setEnabled(batch: string, enabled: boolean): Promise<void> {
    await this.#calls.setState(this.#nameOf(batch), enabled ? 'ENABLED' : 'DISABLED');
  }
}
