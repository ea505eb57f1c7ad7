/** What a person has to look at, the worst first. */
import { Link } from 'wouter';
import { Visible } from '../../text/visible.tsx';
import { StatusMark } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { concernsOf, type Overview } from './overview-model.ts';
import styles from './overview-screen.module.css';

/** A line for each concern; nothing when all is well. */
export function Concerns({ overview }: { readonly overview: Overview }) {
  const concerns = concernsOf(overview);
  if (concerns.length === 0) return null;
  return (
    <section aria-label={`${concerns.length} things need you`} className={styles.concerns}>
      {concerns.map(({ key, severity, text, link, since }) => (
        <Link key={key} href={link} className={styles.concern} data-severity={severity}>
          <StatusMark status={severity} />
          <span>
            <Visible text={text} />
          </span>
          {since !== null && (
            <span className={styles.since}>
              <Time at={since} />
            </span>
          )}
        </Link>
      ))}
    </section>
  );
}
