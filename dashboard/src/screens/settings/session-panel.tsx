/** Who is logged in, what the role allows, and the way out. */
import { LogOut } from 'lucide-react';
import { logoutAddress } from '../../api/sessions.ts';
import { useApp } from '../../app/app-info.tsx';
import { useLogout, useSession } from '../../app/use-session.ts';
import { Visible } from '../../text/visible.tsx';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './settings.module.css';

const roles = [
  ['reader', 'sees everything, with secrets masked'],
  ['operator', 'also starts, pauses, resumes, cancels and redrives'],
  ['owner', 'also deletes, purges, answers tasks and reveals what is masked'],
] as const;

/** The caller. */
export function SessionPanel() {
  const { app } = useApp();
  const { data: session } = useSession();
  const logout = useLogout();
  return (
    <Panel
      title="You"
      aside={
        (session?.login === 'token' || session?.login === 'oidc') && (
          <Button
            icon={LogOut}
            busy={logout.isPending}
            onClick={() =>
              session.login === 'oidc' ? location.assign(logoutAddress()) : logout.mutate()
            }
          >
            Log out
          </Button>
        )
      }
    >
      <p>
        {app?.caller == null ? 'Without a name' : <Visible text={app.caller} />}
        {session?.login === 'none' && ', on this machine, which needs no login'}
        {session?.endsAt != null && (
          <>
            , logged in until <Time at={session.endsAt} form="absolute" />
          </>
        )}
      </p>
      <dl className={styles.roles}>
        {roles.map(([role, allows]) => (
          <div key={role} data-own={role === app?.role || undefined}>
            <dt>{role}</dt>
            <dd>
              {allows}
              {role === app?.role && ' (you)'}
            </dd>
          </div>
        ))}
      </dl>
      {logout.error !== null && <ProblemNote error={logout.error} />}
    </Panel>
  );
}
