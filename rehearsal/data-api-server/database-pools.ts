import { DatabasePool } from './database-pool.ts';

/** A user of the database, as a secret has it. */
export interface DatabaseLogin {
  readonly username: string;
  readonly password: string;
}

/** Options of {@link DatabasePools}. */
export interface DatabasePoolsOptions {
  readonly postgresUrl: string;
  /** The users of further secrets, by ARN. */
  readonly logins: ReadonlyMap<string, DatabaseLogin>;
  /** Maximum number of connections of each user. */
  readonly poolSize: number;
}

/** The connections to the database, by the secret of their user. */
export class DatabasePools {
  readonly #options: DatabasePoolsOptions;
  readonly #owner: DatabasePool;
  readonly #others = new Map<string, DatabasePool>();

  constructor(options: DatabasePoolsOptions) {
    this.#options = options;
    this.#owner = new DatabasePool(options.postgresUrl, options.poolSize);
  }

  /** Returns the connections of the user of a secret; unknown secrets are refused before. */
  ofSecret(secretArn: string): DatabasePool {
    const { logins, postgresUrl, poolSize } = this.#options;
    const login = logins.get(secretArn);
    if (login === undefined) return this.#owner;
    const url = new URL(postgresUrl);
    url.username = login.username;
    url.password = login.password;
    const pool = this.#others.get(secretArn) ?? new DatabasePool(url.href, poolSize);
    this.#others.set(secretArn, pool);
    return pool;
  }

  async close(): Promise<void> {
    await Promise.all([this.#owner, ...this.#others.values()].map((pool) => pool.close()));
  }
}
