/** Who asks, as IAM sees it, and whether a statement's `Principal` means them; pure. */
import type { PrincipalMatcher } from './statement.ts';

/** Who makes a call. */
export type Principal =
  /** A session of a role: what functions and schedules act as. */
  | { readonly kind: 'role'; readonly roleArn: string; readonly session: string }
  /** A service of AWS by itself: `events.amazonaws.com`. */
  | { readonly kind: 'service'; readonly service: string }
  /** Somebody who may do everything in the account that nobody forbids. */
  | { readonly kind: 'administrator'; readonly account: string }
  /** Somebody who did not sign. */
  | { readonly kind: 'anonymous' };

/** What error messages and reports call a principal. */
export function arnOf(principal: Principal): string {
  switch (principal.kind) {
    case 'role': {
      const [, , , , account = '', path = ''] = principal.roleArn.split(':');
      const role = path.split('/').at(-1) ?? '';
      return `arn:aws:sts::${account}:assumed-role/${role}/${principal.session}`;
    }
    case 'service':
      return principal.service;
    case 'administrator':
      return `arn:aws:iam::${principal.account}:root`;
    case 'anonymous':
      return 'anonymous';
  }
}

/**
 * Whether a statement is about `principal`: by name, or only by naming the account that it is of,
 * which lets the account's own policies decide.
 */
export function matchPrincipal(
  { aws, services, negated }: PrincipalMatcher,
  principal: Principal,
): 'named' | 'account' | 'no' {
  const named =
    principal.kind === 'service'
      ? services.some((each) => each === '*' || each === principal.service)
      : aws.some((each) => each === '*' || namesOf(principal).includes(each));
  const account = accountOf(principal);
  const byAccount =
    account !== undefined &&
    (aws.includes(account) || aws.includes(`arn:aws:iam::${account}:root`));
  if (negated) return named || byAccount ? 'no' : 'named';
  if (named) return 'named';
  return byAccount ? 'account' : 'no';
}

function namesOf(principal: Principal): string[] {
  return principal.kind === 'role' ? [principal.roleArn, arnOf(principal)] : [];
}

function accountOf(principal: Principal): string | undefined {
  if (principal.kind === 'role') return principal.roleArn.split(':')[4];
  return principal.kind === 'administrator' ? principal.account : undefined;
}
