/** The login: a token, an identity provider, or the word that a proxy logs callers in. */
import { LogIn } from 'lucide-react';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { needsLogin } from '../../api/api-problem.ts';
import { loginAddress, type Session } from '../../api/sessions.ts';
import { useLogin } from '../../app/use-session.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import styles from './login-screen.module.css';

/** What stands in place of the page until the caller is known. */
export function LoginScreen({ session }: { readonly session: Session }) {
  useEffect(() => {
    document.title = 'Log in · Millrace';
  }, []);
  return (
    <main className={styles.login}>
      <div className={styles.card}>
        <h1>Millrace</h1>
        {logins[session.login]()}
      </div>
    </main>
  );
}

const logins: Readonly<Record<Session['login'], () => ReactNode>> = {
  token: () => <TokenForm />,
  oidc: () => <ProviderLogin />,
  proxy: () => <ProxyLogin />,
  none: () => <ProxyLogin />,
};

const unknownToken = new Error('this server does not know the token');

function TokenForm() {
  const [token, setToken] = useState('');
  const login = useLogin();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim() !== '') login.mutate(token.trim());
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <TextField
        label="Token"
        type="password"
        autoComplete="current-password"
        hint="one of DASHBOARD_TOKENS; it is exchanged for a session of this browser"
        autoFocus
        value={token}
        onChange={(event) => setToken(event.target.value)}
      />
      {login.error !== null && (
        <ProblemNote error={needsLogin(login.error) ? unknownToken : login.error} />
      )}
      <Button type="submit" kind="primary" icon={LogIn} busy={login.isPending}>
        Log in
      </Button>
    </form>
  );
}

function ProviderLogin() {
  return (
    <>
      <p>You log in with your organization's account.</p>
      <Button kind="primary" icon={LogIn} onClick={() => location.assign(loginAddress())}>
        Log in
      </Button>
    </>
  );
}

function ProxyLogin() {
  return (
    <>
      <p>The proxy in front of this server logs callers in, and has not said who you are.</p>
      <Button kind="primary" onClick={() => location.reload()}>
        Load the page again
      </Button>
    </>
  );
}
