import type { InvocationOutcome } from './invocation.ts';

/** A version of a function. */
export interface FunctionVersion {
  invoke(payload: string): Promise<InvocationOutcome>;
}

/**
 * An alias of a function: its callers reach the version that it names and, while a release is
 * tried, some of them the next one. The next version gets exactly its part of every hundred
 * invocations, evenly spread, where Lambda chooses at random.
 */
export class FunctionAlias<Version extends FunctionVersion> {
  readonly arn: string;
  #version: Version;
  /** The version that gets a part of the invocations. */
  #next: { readonly version: Version; readonly percent: number } | null = null;
  /** The invocations since the shift began: all, and those of the next version. */
  #divided = { all: 0, next: 0 };
  #invocations = 0;
  #errors = 0;

  constructor(arn: string, version: Version) {
    this.arn = arn;
    this.#version = version;
  }

  /** The version that gets all invocations but those of a next one. */
  get version(): Version {
    return this.#version;
  }

  /** How the invocations since the last shift began were divided. */
  get divided(): { readonly all: number; readonly next: number } {
    return this.#divided;
  }

  /** What CloudWatch counts for the alias: errors of either version. */
  get counts(): { readonly invocations: number; readonly errors: number } {
    return { invocations: this.#invocations, errors: this.#errors };
  }

  async invoke(payload: string): Promise<InvocationOutcome> {
    const outcome = await this.#choose().invoke(payload);
    this.#invocations += 1;
    if (outcome.kind === 'failed') this.#errors += 1;
    return outcome;
  }

  /** Sends a part of the invocations to a next version. */
  shift(version: Version, percent: number): void {
    this.#next = { version, percent };
    this.#divided = { all: 0, next: 0 };
  }

  /** Names the next version, which gets all invocations from now on. */
  complete(): void {
    if (this.#next !== null) this.#version = this.#next.version;
    this.#next = null;
  }

  /** Sends everything to the version that it names again. */
  takeBack(): void {
    this.#next = null;
  }

  #choose(): Version {
    if (this.#next === null) return this.#version;
    const { version, percent } = this.#next;
    const all = this.#divided.all + 1;
    const due = Math.floor((all * percent) / 100);
    const isNext = due > this.#divided.next;
    this.#divided = { all, next: due };
    return isNext ? version : this.#version;
  }
}
