/**
 * What a PostgreSQL server does in the background, and PGlite, which has no background, must be
 * told to do: checkpoints, without which the write-ahead log grows for ever (measured: 1.1 GB after
 * 1.1 GB of writes) and must all be replayed after a crash; and vacuum with statistics, without
 * which space is not used again and the planner takes every table for a small one.
 */

/** Options of {@link Housekeeping}, in bytes of documents sent. */
export interface HousekeepingOptions {
  /** From one checkpoint to the next. @default 32 MiB */
  readonly checkpointBytes?: number;
  /** Until the first vacuum; each further one waits for twice as much. @default 8 MiB */
  readonly vacuumBytes?: number;
  /** From one vacuum to the next at most. @default 512 MiB */
  readonly vacuumBytesMax?: number;
}

const mebibyte = 1_048_576;

/** Decides when a chore is due, by how much was written. */
export class Housekeeping {
  readonly #options: Required<HousekeepingOptions>;
  #sinceCheckpoint = 0;
  #sinceVacuum = 0;
  #vacuumAfter: number;

  constructor(options: HousekeepingOptions = {}) {
    this.#options = {
      checkpointBytes: 32 * mebibyte,
      vacuumBytes: 8 * mebibyte,
      vacuumBytesMax: 512 * mebibyte,
      ...options,
    };
    this.#vacuumAfter = this.#options.vacuumBytes;
  }

  /** Notes that a document of `bytes` was sent; answers the statement to run before the next. */
  wrote(bytes: number): 'CHECKPOINT' | 'VACUUM (ANALYZE)' | null {
    this.#sinceCheckpoint += bytes;
    this.#sinceVacuum += bytes;
    if (this.#sinceVacuum >= this.#vacuumAfter) {
      this.#sinceVacuum = 0;
      this.#vacuumAfter = Math.min(this.#vacuumAfter * 2, this.#options.vacuumBytesMax);
      return 'VACUUM (ANALYZE)';
    }
    if (this.#sinceCheckpoint >= this.#options.checkpointBytes) {
      this.#sinceCheckpoint = 0;
      return 'CHECKPOINT';
    }
    return null;
  }
}
