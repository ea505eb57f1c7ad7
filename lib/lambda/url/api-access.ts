import type { CallerRole } from '../../api/caller-role.ts';
import type { OperationName } from '../../api/contract/contract.ts';
import { Refusal } from '../../api/problem.ts';
import type { ApiRole } from '../../config/deployment-config.ts';
import { findRule } from './find-rule.ts';

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
  readonly #roles: Readonly<Record<string, ApiRole>>;

  /** @param roles roles by pattern; the first pattern that matches decides */
  constructor(roles: Readonly<Record<string, ApiRole>>) {
    this.#roles = roles;
  }

  /**
   * Returns what the caller may do. Throws FORBIDDEN for one that no pattern matches.
   * @param caller the ARN that IAM has authenticated; null without one
   */
  admit(caller: string | null): Admission {
    const role = findRule(this.#roles, caller);
    if (role === null) {
      throw new Refusal(
        'FORBIDDEN',
        `${caller ?? 'a caller without an ARN'} has no role here: deployment.apiAccess gives one`,
      );
    }
    return role === 'activityWorker'
      ? { role: 'operator', only: activityWorkerOperations }
      : { role };
  }
}
