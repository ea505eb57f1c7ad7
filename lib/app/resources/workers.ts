import { type ListedWorker, listWorkers } from '../../operations/workers.ts';
import type { ResourceDeps } from './resource-deps.ts';

/** The leaders and workers of an app's store: `app.workers`. */
export class Workers {
  readonly #deps: ResourceDeps;

  constructor(deps: ResourceDeps) {
    this.#deps = deps;
  }

  /** Lists those that are alive, and those whose leases expired within the last hour. */
  list(): Promise<ListedWorker[]> {
    return listWorkers(this.#deps.context);
  }
}
