/**
 * An app that is opened by the first invocation that needs it and kept for later ones. After a
 * failure the next invocation opens it again.
 */
export class LazyApp<App> {
  readonly #open: () => Promise<App>;
  #opening: Promise<App> | null = null;
  #opened: App | null = null;

  constructor(open: () => Promise<App>) {
    this.#open = open;
  }

  /** The open app; null before `get` has returned it. */
  get opened(): App | null {
    return this.#opened;
  }

  /** Returns the app, and opens it if that has not happened yet. */
  get(): Promise<App> {
    this.#opening ??= this.#open().then(
      (app) => {
        this.#opened = app;
        return app;
      },
      (error: unknown) => {
        this.#opening = null;
        throw error;
      },
    );
    return this.#opening;
  }
}
