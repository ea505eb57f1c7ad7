/** How the limits of an app are used. */
import { type LimitOverview, listLimits } from '../../operations/limits/list-limits.ts';
import type { ResourceDeps } from './resource-deps.ts';

/** The limits of an app's machines and handlers: `app.limits`. */
export class AppLimits {
  readonly #deps: ResourceDeps;

  constructor(deps: ResourceDeps) {
    this.#deps = deps;
  }

  /** Lists them with how many are in use and wait. @param top number of keys of each; default 10 */
  list(top?: number): Promise<LimitOverview[]> {
    return listLimits(this.#deps.context, top);
  }
}
