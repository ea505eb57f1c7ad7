import { MillraceError } from '../../lib/errors.ts';
import type { FunctionAlias, FunctionVersion } from '../runtime/function-alias.ts';

/** How CodeDeploy shifts an alias: first a part, and the rest some minutes later. */
export interface ShiftPlan {
  readonly percent: number;
  readonly minutes: number;
}

/** What became of a shift. */
export type ShiftState = 'shifting' | 'completed' | 'taken back';

/** What a {@link TrafficShift} works with. */
export interface TrafficShiftDeps<Version extends FunctionVersion> {
  readonly alias: FunctionAlias<Version>;
  /** The version of the release. */
  readonly next: Version;
  readonly plan: ShiftPlan;
  /** Whether an alarm of the deployment group has gone off. */
  readonly isAlarming: () => boolean;
}

/** Returns the plan of one of AWS's deployment configurations by name. */
export function readShiftPlan(name: string): ShiftPlan {
  if (name.endsWith('.LambdaAllAtOnce')) return { percent: 100, minutes: 0 };
  const canary = /\.LambdaCanary(\d+)Percent(\d+)Minutes$/.exec(name);
  if (canary !== null) return { percent: Number(canary[1]), minutes: Number(canary[2]) };
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `the deployment configuration ${name} cannot be rehearsed: only canaries can`,
  );
}

/**
 * A release of a function by CodeDeploy: a part of the traffic goes to the next version, and all of
 * it after some minutes without an alarm. An alarm takes it back. Time passes only by its methods.
 */
export class TrafficShift<Version extends FunctionVersion> {
  readonly #deps: TrafficShiftDeps<Version>;
  #passed = 0;
  #state: ShiftState = 'shifting';

  constructor(deps: TrafficShiftDeps<Version>) {
    this.#deps = deps;
    deps.alias.shift(deps.next, deps.plan.percent);
  }

  /** Lets a minute pass, at whose end CloudWatch evaluates the alarms. */
  passMinute(): ShiftState {
    if (this.#state !== 'shifting') return this.#state;
    const { alias, plan, isAlarming } = this.#deps;
    this.#passed += 1;
    if (isAlarming()) {
      alias.takeBack();
      this.#state = 'taken back';
    } else if (this.#passed >= plan.minutes) {
      alias.complete();
      this.#state = 'completed';
    }
    return this.#state;
  }

  /** Lets time pass until the shift has ended. */
  passAll(): ShiftState {
    while (this.passMinute() === 'shifting');
    return this.#state;
  }
}
