/** Options of {@link Housekeeping}: bytes of documents written between two runs of maintenance. */
export interface HousekeepingOptions {
  /** Bytes between two checkpoints. @default 32 MiB */
  readonly checkpointBytes?: number;
  /** Bytes before the first vacuum; each further one waits for twice as many. @default 8 MiB */
  readonly vacuumBytes?: number;
  /** Maximum number of bytes between two vacuums. @default 512 MiB */
  readonly vacuumBytesMax?: number;
}

const mebibyte = 1_048_576;

/**
 * Decides when maintenance is due, by how much was written. A PostgreSQL server does it in the
 * background; PGlite has no background. Without checkpoints, the write-ahead log grows forever
 * (measured: 1.1 GB after 1.1 GB of writes) and must all be replayed after a crash. Without vacuum
 * and statistics, space is not reused and the planner assumes that every table is small.
 */
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

  /** Counts a document of `bytes`; returns the statement to run before the next one. */
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
