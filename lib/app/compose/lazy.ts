/**
 * Opens a driver by the first use, and shares it with all later ones. An opening that failed is
 * repeated by the next use.
 */
export class Lazy<Driver> {
  readonly #open: () => Promise<Driver>;
  #opening: Promise<Driver> | null = null;

  constructor(open: () => Promise<Driver>) {
    this.#open = open;
  }

  /** Returns the open driver. Throws what opening it throws. */
  get(): Promise<Driver> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  /** Returns the driver if it is open, and null otherwise; waits for an opening in progress. */
  async current(): Promise<Driver | null> {
    return (await this.#opening?.catch(() => null)) ?? null;
  }
}
