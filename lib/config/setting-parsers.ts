/** How the texts of environment variables and flags are parsed. */
import {
  type ApiRole,
  apiRoles,
  type HostedLogin,
  type StepFunctionsRole,
  stepFunctionsRoles,
} from './deployment-config.ts';

/** The result of parsing an invalid text: what was expected instead. */
export class Unreadable {
  readonly expected: string;

  constructor(expected: string) {
    this.expected = expected;
  }
}

/** Takes any text. */
export const asText = (text: string) => text;

/** Returns a parser of one of these words. */
export function choiceOf<const Choice extends string>(choices: readonly Choice[]) {
  return (text: string): Choice | Unreadable =>
    choices.find((choice) => choice === text) ?? new Unreadable(`one of ${choices.join(', ')}`);
}

/** Parses a whole number of at least 1. */
export function positiveInteger(text: string): number | Unreadable {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  return new Unreadable('a whole number of at least 1');
}

/** Parses a port; 0 stands for any free one. */
export function portNumber(text: string): number | Unreadable {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  return new Unreadable('a port from 0 to 65535');
}

/** Parses the URL of a receiver of traces. */
export function httpUrl(text: string): string | Unreadable {
  if (/^https?:/.test(text) && URL.canParse(text)) return text;
  return new Unreadable('the URL of an OTLP receiver over HTTP, such as http://localhost:4318');
}

/** Parses the name of a region of AWS. */
export function regionName(text: string): string | Unreadable {
  if (/^[a-z0-9-]{1,63}$/.test(text)) return text;
  return new Unreadable('the name of a region, such as eu-central-1');
}

/** Parses the id of an account of AWS. */
export function accountId(text: string): string | Unreadable {
  return /^\d{12}$/.test(text) ? text : new Unreadable('an account id of twelve digits');
}

/** Parses the number of a database of Redis. */
export function databaseNumber(text: string): number | Unreadable {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  return new Unreadable('the number of a database, 0 or greater');
}

/** Parses `group/name`. */
export function scheduleName(text: string): string | Unreadable {
  if (/^[\w.-]+\/[\w.-]+$/.test(text)) return text;
  return new Unreadable("the group and the name of a schedule, 'group/name'");
}

type QueueUrls = Readonly<Record<string, { readonly queue: string; readonly dead: string }>>;

/** Parses `{"critical":{"queue":URL,"dead":URL}, …}`. */
export function queueUrls(text: string): QueueUrls | Unreadable {
  const unreadable = new Unreadable('a JSON object { "QUEUE": { "queue": URL, "dead": URL }, … }');
  try {
    const urls: unknown = JSON.parse(text);
    if (typeof urls !== 'object' || urls === null || Array.isArray(urls)) return unreadable;
    return Object.values(urls).every(isQueueUrls) ? (urls as QueueUrls) : unreadable;
  } catch {
    return unreadable;
  }
}

function isQueueUrls(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return false;
  const { queue, dead } = value as Record<string, unknown>;
  return [queue, dead].every((url) => typeof url === 'string' && URL.canParse(url));
}

/** Parses the login of the hosted dashboard, which a deployment has checked and written. */
export function hostedLogin(text: string): HostedLogin | Unreadable {
  const unreadable = new Unreadable('the login of deployment.dashboard as a JSON object');
  try {
    const login: unknown = JSON.parse(text);
    if (typeof login !== 'object' || login === null) return unreadable;
    const { issuer, clientId, clientSecretArn, roles } = login as Record<string, unknown>;
    const areTexts = [issuer, clientId, clientSecretArn].every((each) => typeof each === 'string');
    return areTexts && typeof roles === 'object' ? (login as HostedLogin) : unreadable;
  } catch {
    return unreadable;
  }
}

/** Parses `{"arn:aws:iam::…:role/ops": "operator", …}`, which a deployment has checked. */
export function apiAccess(text: string): Readonly<Record<string, ApiRole>> | Unreadable {
  return textsByName<ApiRole>(text, `a JSON object of roles (${apiRoles.join(', ')})`, (role) =>
    apiRoles.some((each) => each === role),
  );
}

/** As {@link apiAccess}, for Step Functions' API. */
export function stepFunctionsAccess(
  text: string,
): Readonly<Record<string, StepFunctionsRole>> | Unreadable {
  const expected = `a JSON object of roles (${stepFunctionsRoles.join(', ')})`;
  return textsByName<StepFunctionsRole>(text, expected, (role) =>
    stepFunctionsRoles.some((each) => each === role),
  );
}

/** Parses `{"VARIABLE": "arn:aws:ssm:…"}`, which a deployment has checked. */
export function secretArns(text: string): Readonly<Record<string, string>> | Unreadable {
  return textsByName(text, 'a JSON object of ARNs', (arn) => arn.startsWith('arn:'));
}

function textsByName<Text extends string>(
  text: string,
  expected: string,
  isText: (text: string) => boolean,
): Readonly<Record<string, Text>> | Unreadable {
  const unreadable = new Unreadable(expected);
  try {
    const found: unknown = JSON.parse(text);
    if (typeof found !== 'object' || found === null || Array.isArray(found)) return unreadable;
    const areTexts = Object.values(found).every((each) => typeof each === 'string' && isText(each));
    return areTexts ? (found as Record<string, Text>) : unreadable;
  } catch {
    return unreadable;
  }
}

/** Parses `true` and `false`. */
export function trueOrFalse(text: string): boolean | Unreadable {
  return text === 'true' || text === 'false' ? text === 'true' : new Unreadable('true or false');
}
