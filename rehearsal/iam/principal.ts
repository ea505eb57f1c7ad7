import type { PrincipalMatcher } from './policy-statement.ts';

/** The principal that makes a call. */
export type Principal =
  /** A session of a role, as functions and schedules have. */
  | { readonly kind: 'role'; readonly roleArn: string; readonly session: string }
  /** A user of the account, with policies of the templates attached. */
  | {
      readonly kind: 'user';
      readonly userArn: string;
      /** ARNs of `AWS::IAM::ManagedPolicy` resources. */
      readonly policyArns: readonly string[];
    }
  /** A service of AWS: `events.amazonaws.com`. */
  | { readonly kind: 'service'; readonly service: string }
  /** An administrator, who may do everything in the account that no policy denies. */
  | { readonly kind: 'administrator'; readonly account: string }
  /** The sender of an unsigned request. */
  | { readonly kind: 'anonymous' };

/** Returns the ARN of a principal, as error messages and reports name it. */
export function principalArn(principal: Principal): string {
  switch (principal.kind) {
    case 'role': {
      const [, , , , account = '', path = ''] = principal.roleArn.split(':');
      const role = path.split('/').at(-1) ?? '';
      return `arn:aws:sts::${account}:assumed-role/${role}/${principal.session}`;
    }
    case 'user':
      return principal.userArn;
    case 'service':
      return principal.service;
    case 'administrator':
      return `arn:aws:iam::${principal.account}:root`;
    case 'anonymous':
      return 'anonymous';
  }
}

/**
 * Whether the `Principal` of a statement matches a principal: by name, or only by naming its
 * account, which leaves the decision to the policies of the account.
 */
export function matchPrincipal(
  { aws, services, negated }: PrincipalMatcher,
  principal: Principal,
): 'named' | 'account' | 'no' {
  const named =
    principal.kind === 'service'
      ? services.some((each) => each === '*' || each === principal.service)
      : aws.some((each) => each === '*' || listPrincipalNames(principal).includes(each));
  const account = principalAccount(principal);
  const byAccount =
    account !== undefined &&
    (aws.includes(account) || aws.includes(`arn:aws:iam::${account}:root`));
  if (negated) return named || byAccount ? 'no' : 'named';
  if (named) return 'named';
  return byAccount ? 'account' : 'no';
}

function listPrincipalNames(principal: Principal): string[] {
  if (principal.kind === 'user') return [principal.userArn];
  return principal.kind === 'role' ? [principal.roleArn, principalArn(principal)] : [];
}

function principalAccount(principal: Principal): string | undefined {
  if (principal.kind === 'role') return principal.roleArn.split(':')[4];
  if (principal.kind === 'user') return principal.userArn.split(':')[4];
  return principal.kind === 'administrator' ? principal.account : undefined;
}
