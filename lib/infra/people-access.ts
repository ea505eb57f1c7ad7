import type { Construct } from 'constructs';
import { pageFolder } from '../server/page/page-folder.ts';
import type { AppResources } from './app-resources.ts';
import type { FunctionBundler } from './bundling/bundler.ts';
import type { FunctionContext } from './compute/function-context.ts';
import { DashboardHosting } from './dashboard/dashboard-hosting.ts';
import type { MillraceProps } from './millrace-props.ts';
import { OperatorPolicy } from './operator-policy.ts';

/** The scopes of what people work with. */
interface PeopleScopes {
  readonly compute: Construct;
  readonly pageFolder?: string;
}

/** What all functions share, and how the function of the dashboard is bundled. */
interface PeopleContext extends Omit<FunctionContext, 'bundler'> {
  readonly createBundler: () => FunctionBundler;
}

/**
 * Creates what people work with on the app: the policy of operators, and the hosted dashboard if
 * the props ask for it.
 */
export function createPeopleAccess(
  scopes: PeopleScopes,
  { dashboard, distributionProps }: MillraceProps,
  { createBundler, ...shared }: PeopleContext,
): Pick<AppResources, 'dashboard' | 'operators'> {
  const operators = new OperatorPolicy(scopes.compute, 'Operators', shared);
  if (dashboard === undefined) return { operators };
  const bundler = createBundler();
  try {
    const hosting = new DashboardHosting(scopes.compute, 'Dashboard', {
      dashboard,
      context: { ...shared, bundler },
      pageFolder: scopes.pageFolder ?? pageFolder().built,
      ...(distributionProps !== undefined && { distributionProps }),
    });
    return { operators, dashboard: hosting };
  } finally {
    bundler.close();
  }
}
