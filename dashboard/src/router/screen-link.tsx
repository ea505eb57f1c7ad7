/** A link to a screen. */
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { type LinkValue, pathTo, type ScreenName, type ScreenParams } from './routes.ts';

/** What a link shows, and where it leads. */
export type ScreenLinkProps<Name extends ScreenName> = {
  readonly to: Name;
  readonly query?: Readonly<Record<string, LinkValue>>;
  readonly className?: string | undefined;
  readonly title?: string | undefined;
  readonly children: ReactNode;
} & (keyof ScreenParams<Name> extends never
  ? { readonly params?: never }
  : { readonly params: ScreenParams<Name> });

/** Links to a screen below the page's base. */
export function ScreenLink<Name extends ScreenName>({
  to,
  params,
  query = {},
  ...rest
}: ScreenLinkProps<Name>) {
  return <Link href={pathTo(to, (params ?? {}) as ScreenParams<Name>, query)} {...rest} />;
}
