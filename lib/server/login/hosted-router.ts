import type { Api } from '../../api/create-api.ts';
import { Lazy } from '../../app/compose/lazy.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { Proxies } from '../access/proxies.ts';
import { deriveSessionKey } from '../access/sessions.ts';
import type { ArrivalOptions } from '../http/arrived-request.ts';
import { Router } from '../router.ts';
import { LoginRoutes } from './login-routes.ts';
import { OidcAccess } from './oidc-access.ts';
import { OidcProvider } from './oidc-provider.ts';
import type { OidcSettings } from './oidc-settings.ts';

/** What {@link hostedRouter} works with. */
export interface HostedRouterDeps {
  readonly api: Api;
  readonly settings: OidcSettings;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * How requests arrive behind CloudFront. IAM lets no one else call the function, whatever address
 * the call comes from, so the headers that CloudFront sets are believed.
 */
export const hostedArrival: ArrivalOptions = Object.freeze({
  proxies: new Proxies('0.0.0.0/0,::/0'),
  basePath: '',
  isTls: true,
});

/** Creates the router of a hosted dashboard: the API, and the login that leads to it. */
export function hostedRouter({ api, settings, clock, logger }: HostedRouterDeps): Router {
  const access = new OidcAccess(deriveSessionKey(settings.clientSecret), clock);
  const provider = new Lazy(() => OidcProvider.discover(settings, clock));
  const openProvider = () => provider.get();
  const login = new LoginRoutes({ settings, access, openProvider, clock, logger });
  return new Router({ api, access, login, logger, streams: null, page: null, metrics: null });
}
