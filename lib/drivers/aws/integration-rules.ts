import { parseIntegrationName } from '../../engine/task/integration-name.ts';
import { integrations, parseSdkService } from './integrations.ts';
import { toClientPackage } from './service-packages.ts';

/** A rule: `sqs:sendMessage`, `dynamodb:*`, `aws-sdk:s3:getObject`, or `*` for every one. */
export const integrationRulePattern = /^(?:\*|(?:aws-sdk:)?[a-z0-9]+:(?:\*|[A-Za-z0-9]+))$/;

/** What limits the services that Tasks call. */
export interface IntegrationRulesOptions {
  /** The rules of the configuration; null for every service. */
  readonly allowed: readonly string[] | null;
  /**
   * Whether the store is reached with the credentials of the process, through services that Tasks
   * could call, too.
   */
  readonly protectsStore: boolean;
}

/** One action of a service: by its SDK's package, whatever name an integration gives it. */
interface ServiceAction {
  readonly service: string;
  /** In lower case, as the client's action is found whatever its case. */
  readonly action: string;
}

const functionArn = /^arn:[^:]+:lambda:/;

/** The services through which a store over the Data API, and its secret, are reached. */
const storeServices: ReadonlySet<string> = new Set(
  ['rdsdata', 'secretsmanager'].map(toClientPackage),
);

/** The SDK's name of each service that integrations give another name, such as `events`. */
const sdkNames: ReadonlyMap<string, string> = new Map(
  [...integrations].map(([key, { service }]) => [key.split(':')[0] ?? '', service]),
);

/**
 * Decides which services and actions Tasks may call. A rule for an action holds for each of its
 * names: `dynamodb:getItem` is `aws-sdk:dynamodb:getItem`, and `lambda:invoke` the ARN of a
 * function. Services that lead to the store need a rule that names them: `*` is not enough.
 */
export class IntegrationRules {
  readonly #allowed: readonly string[];
  readonly #rules: readonly ServiceAction[];
  readonly #protectsStore: boolean;

  constructor({ allowed, protectsStore }: IntegrationRulesOptions) {
    this.#allowed = allowed ?? ['*'];
    this.#rules = this.#allowed.filter((rule) => rule !== '*').map(parseRule);
    this.#protectsStore = protectsStore;
  }

  /** Returns why Tasks may not call `resource`; null when they may. */
  findRefusal(resource: string): string | null {
    const called = parseResource(resource);
    if (called === null || this.#rules.some((rule) => isMatch(rule, called))) return null;
    const name = resource.replace(/^arn:[^:]+:states:::/, '').replace(/\.[A-Za-z:2]+$/, '');
    const isProtected = this.#protectsStore && storeServices.has(called.service);
    const isAllowed = this.#allowed.includes('*');
    if (isAllowed && !isProtected) return null;
    if (isAllowed) {
      return (
        `'${name}' could reach the database of Millrace with the credentials of this process: ` +
        `add '${name}' to integrations of the configuration, beside '*', to allow it all the same`
      );
    }
    const known = this.#allowed.join(', ') || 'none';
    return `the configuration allows only some integrations (${known}): add '${name}' to integrations`;
  }
}

function parseRule(rule: string): ServiceAction {
  const [service = '', action = ''] = rule.replace(/^aws-sdk:/, '').split(':');
  return toServiceAction(service, action);
}

function parseResource(resource: string): ServiceAction | null {
  if (functionArn.test(resource)) return toServiceAction('lambda', 'invoke');
  const named = parseIntegrationName(resource);
  if (named === null) return null;
  return toServiceAction(parseSdkService(named.service) ?? named.service, named.action);
}

function toServiceAction(service: string, action: string): ServiceAction {
  const name = sdkNames.get(service) ?? service;
  return { service: toClientPackage(name), action: action.toLowerCase() };
}

function isMatch(rule: ServiceAction, called: ServiceAction): boolean {
  return rule.service === called.service && ['*', called.action].includes(rule.action);
}
