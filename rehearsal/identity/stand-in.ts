/** The identity provider that takes the place of the one in the templates. */
import { isObject } from '../../lib/asl/json/json.ts';
import { envNames } from '../../lib/config/setting-sources.ts';
import type { DeployedFunction } from '../checks/deployed-functions.ts';
import { parseObject } from '../checks/queue-checks.ts';
import { IdentityProvider } from './identity-provider.ts';

/** A provider on this machine, and the functions that log people in with it. */
export interface IdentityStandIn {
  /** Null when no function logs people in. */
  readonly provider: IdentityProvider | null;
  /** The texts of secrets by their ARN. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly functions: readonly DeployedFunction[];
}

/**
 * Starts a provider if a function of the templates has a login, and names it as the issuer in the
 * function's environment. All else of the login stays as in the template.
 */
export async function standInForIssuer(
  functions: readonly DeployedFunction[],
): Promise<IdentityStandIn> {
  const variable = envNames.hostedLogin;
  const login = functions
    .map(({ definition }) => definition.variables[variable])
    .find((text) => text !== undefined);
  if (login === undefined) return { provider: null, secrets: new Map(), functions };
  const { clientId, clientSecretArn } = parseObject(login);
  const provider = await IdentityProvider.listen(String(clientId));
  return {
    provider,
    secrets: new Map([[String(clientSecretArn), provider.clientSecret]]),
    functions: functions.map((each) => withIssuer(each, variable, provider.issuer)),
  };
}

function withIssuer(deployed: DeployedFunction, name: string, issuer: string): DeployedFunction {
  const { definition } = deployed;
  const text = definition.variables[name];
  const login = text === undefined ? undefined : parseObject(text);
  if (!isObject(login)) return deployed;
  const variables = { ...definition.variables, [name]: JSON.stringify({ ...login, issuer }) };
  return { ...deployed, definition: { ...definition, variables } };
}
