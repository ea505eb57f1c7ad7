/** Asks nothing before it is known who is calling: a caller without a role logs in first. */
import { lazy, type ReactNode, Suspense } from 'react';
import { useSession } from './use-session.ts';

const LoginScreen = lazy(async () => ({
  default: (await import('../screens/login/login-screen.tsx')).LoginScreen,
}));

/** Shows the login, or what is behind it. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const { data: session, isPending } = useSession();
  if (isPending) return null;
  if (session?.role !== null) return children;
  return (
    <Suspense fallback={null}>
      <LoginScreen session={session} />
    </Suspense>
  );
}
