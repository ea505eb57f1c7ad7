import type { CallerRole } from '../api/caller-role.ts';
import type { OperationName } from '../api/contract/contract.ts';
import { Refusal } from '../api/problem.ts';
import type { ApiRole } from '../config/deployment-config.ts';
import { matchesWildcard } from './match-wildcard.ts';

/** What a caller of the API may do. */
export interface Admission {
  readonly role: CallerRole;
  /** @default all that the role allows */
  readonly only?: ReadonlySet<OperationName>;
}

/** What a worker of activities calls: it takes work, and answers it. */
const activityWorkerOperations: ReadonlySet<OperationName> = new Set<OperationName>([
  'pollActivity',
  'sendTaskSuccess',
  'sendTaskFailure',
  'sendTaskHeartbeat',
]);

/** Gives callers of the API roles, by patterns of their ARNs. */
export class ApiAccess {
  readonly #rules: readonly (readonly [string, ApiRole])[];

  /** @param roles roles by pattern; the first pattern that matches decides */
  constructor(roles: Readonly<Record<string, ApiRole>>) {
    this.#rules = Object.entries(roles);
  }

  /**
   * Returns what the caller may do. Throws FORBIDDEN for one that no pattern matches.
   * @param caller the ARN that IAM has authenticated; null without one
   */
  admit(caller: string | null): Admission {
    const names = caller === null ? [''] : [caller, ...roleArnOf(caller)];
    const rule = this.#rules.find(([pattern]) =>
      names.some((name) => matchesWildcard(pattern, name)),
    );
    if (rule === undefined) {
      throw new Refusal(
        'FORBIDDEN',
        `${caller ?? 'a caller without an ARN'} has no role here: deployment.apiAccess gives one`,
      );
    }
    const [, role] = rule;
    return role === 'activityWorker'
      ? { role: 'operator', only: activityWorkerOperations }
      : { role };
  }
}

/** Returns the ARN of the role of a session, as IAM has it but without a path. */
function roleArnOf(caller: string): string[] {
  const session = /^arn:([\w-]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(caller);
  if (session === null) return [];
  const [, partition, account, role] = session;
  return [`arn:${partition}:iam::${account}:role/${role}`];
}
