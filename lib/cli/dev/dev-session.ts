import { relative } from 'node:path';
import type { Millrace } from '../../app/millrace.ts';
import type { OpenOptions } from '../../app/open-app.ts';
import type { FatalEnd, ProcessGuard } from '../../app/process-guard.ts';
import type { MillraceConfig } from '../../config/config.ts';
import type { LoadedConfig } from '../../config/loading/load-config.ts';
import { messageOf } from '../../errors.ts';
import type { ProcessRole } from '../../operations/workers.ts';
import { describeLoadFailure } from './describe-load-failure.ts';
import type { RunningApp } from './running-app.ts';

/** What a {@link DevSession} is constructed from. */
export interface DevSessionDeps {
  /** The app of the first configuration: its drivers stay open, and later apps share them. */
  readonly first: Millrace;
  readonly config: MillraceConfig;
  /** The folder that files are named from. */
  readonly folder: string;
  /** Loads the configuration and all that it imports anew. */
  readonly load: () => Promise<LoadedConfig>;
  readonly open: (options: OpenOptions) => Promise<Millrace>;
  readonly toOptions: (loaded: LoadedConfig) => OpenOptions;
  /** Prints a line. */
  readonly report: (line: string) => void;
}

/**
 * Runs the app of a folder, and replaces it when its files change. The next app starts before the
 * last one stops: what runs ends under the code that it began with, or is handed over when it takes
 * longer than the grace period, as to any other worker. An app that cannot be loaded replaces
 * nothing.
 */
export class DevSession implements RunningApp {
  readonly #deps: DevSessionDeps;
  readonly #fatal = Promise.withResolvers<FatalEnd>();
  #current: Millrace;
  #config: MillraceConfig;
  #roles: readonly ProcessRole[] = [];
  #guard: ProcessGuard | null = null;
  /** The reload that runs; the next one waits for it. */
  #reloading: Promise<void> = Promise.resolve();
  readonly #retiring = new Set<Promise<void>>();
  #stopping: Promise<void> | null = null;

  constructor(deps: DevSessionDeps) {
    this.#deps = deps;
    this.#current = deps.first;
    this.#config = deps.config;
  }

  get current(): Millrace {
    return this.#current;
  }

  /** The configuration that was loaded last, even if its app could not be opened. */
  get config(): MillraceConfig {
    return this.#config;
  }

  start(roles: readonly ProcessRole[] = []): Promise<void> {
    this.#roles = roles;
    return this.#current.start(roles);
  }

  /** Guards the process for whichever app it runs. */
  guardProcess(): ProcessGuard {
    this.#guardCurrent();
    return { fatal: this.#fatal.promise, release: () => this.#guard?.release() };
  }

  /** Loads the app again after these files have changed. Reports a failure, and never rejects. */
  reload(changed: readonly string[]): Promise<void> {
    this.#reloading = this.#reloading.then(() => this.#reload(changed));
    return this.#reloading;
  }

  /** Stops the roles of every app, and closes all but the first. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    await this.#reloading;
    await Promise.all([this.#retire(this.#current), ...this.#retiring]);
  }

  async #reload(changed: readonly string[]): Promise<void> {
    const { first, folder, report } = this.#deps;
    if (this.#stopping !== null) return;
    let next: Millrace;
    try {
      next = await this.#open();
    } catch (error) {
      report(`reload failed: ${describeLoadFailure(error, folder)}`);
      report('the app before it goes on; save the file again to try once more');
      return;
    }
    const last = this.#current;
    this.#current = next;
    this.#guardCurrent();
    report(`reloaded: ${nameFiles(changed, folder)}`);
    const retiring = this.#retire(last).catch((error: unknown) => {
      first.logger.error('app not stopped: its leases expire', { error: messageOf(error) });
    });
    this.#retiring.add(retiring);
    void retiring.finally(() => this.#retiring.delete(retiring));
  }

  /** Opens and starts the app of the files as they are now. */
  async #open(): Promise<Millrace> {
    const { first, load, open, toOptions } = this.#deps;
    const loaded = await load();
    this.#config = loaded.config;
    const next = await open({ ...toOptions(loaded), drivers: first.drivers });
    try {
      await next.start(this.#roles);
      return next;
    } catch (error) {
      await next.close();
      throw error;
    }
  }

  /** The first app has the drivers of all others, and is closed by who has opened it. */
  #retire(app: Millrace): Promise<void> {
    return app === this.#deps.first ? app.stop() : app.close();
  }

  #guardCurrent(): void {
    this.#guard?.release();
    const guard = this.#current.guardProcess();
    this.#guard = guard;
    void guard.fatal.then(this.#fatal.resolve);
  }
}

/** A checkout of another branch changes many files. */
const namedMax = 5;

function nameFiles(paths: readonly string[], folder: string): string {
  const names = paths.slice(0, namedMax).map((path) => relative(folder, path));
  const more = paths.length > namedMax ? ` and ${paths.length - namedMax} more` : '';
  return `${names.join(', ')}${more}`;
}
