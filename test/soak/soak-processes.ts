import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CliProcess, Variables } from '../processes/cli-process.ts';
import type { Fleet } from '../processes/fleet.ts';
import type { Dice } from '../simulation/dice.ts';

const stepClock = fileURLToPath(
  new URL('../processes/apps/faults/step-clock.mjs', import.meta.url),
);

/** A role of the soak's processes. */
export type SoakRole = 'leader' | 'worker';

/** The memory of a process at one moment. */
export interface MemorySample {
  readonly role: SoakRole;
  /** Resident set size, in MiB. */
  readonly mebibytes: number;
}

/** Number of processes of each role that faults replace, besides one that they spare. */
const replaced: Readonly<Record<SoakRole, number>> = { leader: 1, worker: 2 };

/**
 * The processes of a soak: two leaders and three workers. The first of each role is never replaced,
 * so that its memory can be compared over time.
 */
export class SoakProcesses {
  readonly #fleet: Fleet;
  readonly #dice: Dice;
  readonly #spared: { readonly role: SoakRole; readonly process: CliProcess }[] = [];
  readonly #others: Record<SoakRole, CliProcess[]> = { leader: [], worker: [] };

  constructor(fleet: Fleet, dice: Dice) {
    this.#fleet = fleet;
    this.#dice = dice;
  }

  async start(): Promise<void> {
    for (const role of ['leader', 'worker'] as const) {
      this.#spared.push({ role, process: await this.#fleet.start(role) });
      for (let count = 0; count < replaced[role]; count += 1) {
        this.#others[role].push(await this.#fleet.start(role));
      }
    }
  }

  /** Returns any of the processes of the role that may be replaced. */
  pick(role: SoakRole): CliProcess {
    const all = this.#others[role];
    const picked = all[this.#dice.below(all.length)];
    if (picked === undefined) throw new Error(`no ${role} runs`);
    return picked;
  }

  /** Replaces a worker by one whose time of day steps by `ms` soon after its start. */
  stepClock(ms: number): Promise<void> {
    const steps = { STEP_MS: String(ms), STEP_AFTER_MS: '4000' };
    return this.replace('worker', 'SIGTERM', { NODE_OPTIONS: `--import=${stepClock}`, ...steps });
  }

  /** Ends a process of the role, and starts another one in its place. */
  async replace(
    role: SoakRole,
    signal: 'SIGKILL' | 'SIGTERM',
    variables: Variables = {},
  ): Promise<void> {
    const old = this.pick(role);
    if (signal === 'SIGKILL') await this.#fleet.kill(old);
    else await this.#fleet.stop(old);
    const others = this.#others[role];
    others[others.indexOf(old)] = await this.#fleet.start(role, variables);
  }

  /** Reads the memory of the processes that are never replaced. */
  sampleMemory(): MemorySample[] {
    return this.#spared.map(({ role, process: { pid } }) => {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const [, kibibytes = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
      return { role, mebibytes: Number(kibibytes) / 1_024 };
    });
  }

  /** Stops all of them; returns how many did not end in order. */
  async stop(): Promise<number> {
    const ends = await this.#fleet.stop();
    return ends.filter(({ status }) => status !== 0).length;
  }
}
