import { type AlertListRequest, listAlerts } from '../../operations/alerts/list-alerts.ts';
import type { AlertRecord } from '../../ports/store/alert-store.ts';
import type { ResourceDeps } from './resource-deps.ts';

/** The alerts that leaders have opened: `app.alerts`. */
export class Alerts {
  readonly #deps: ResourceDeps;

  constructor(deps: ResourceDeps) {
    this.#deps = deps;
  }

  /** Lists alerts, the open ones first, then the newest. Throws INVALID_ARGUMENT. */
  list(request?: AlertListRequest): Promise<AlertRecord[]> {
    return listAlerts(this.#deps.context, request);
  }
}
