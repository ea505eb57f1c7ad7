/** The bar above every screen: find, the zone of all times, the connection, and the caller. */
import { CircleHelp, Clock, Search, User } from 'lucide-react';
import { Visible } from '../text/visible.tsx';
import { localZone, useZoneChoice } from '../time/clock-store.ts';
import { zoneLabel } from '../time/format-time.ts';
import { Button } from '../ui/button.tsx';
import { Menu } from '../ui/menu.tsx';
import { useApp } from './app-info.tsx';
import { ConnectionDot } from './connection-dot.tsx';
import styles from './top-bar.module.css';

/** The bar. */
export function TopBar({
  onFind,
  onHelp,
}: {
  readonly onFind: () => void;
  readonly onHelp: () => void;
}) {
  const { app } = useApp();
  return (
    <header className={styles.bar}>
      <button type="button" className={styles.find} onClick={onFind}>
        <Search size={14} aria-hidden />
        <span>Find…</span>
        <kbd>/</kbd>
      </button>
      <div className={styles.end}>
        {app !== undefined && (
          <span
            className={styles.place}
            title={`Millrace ${app.version}, ${app.deployment}\n${app.store}, queues in ${app.broker}`}
          >
            <Visible text={`${app.store} · ${app.broker}`} />
          </span>
        )}
        <ConnectionDot />
        <ZoneMenu />
        {app !== undefined && (
          <span className={styles.caller} title={`You are ${app.role}`}>
            <User size={14} aria-hidden />
            <span>
              {app.caller !== null && app.caller !== app.role && (
                <>
                  <Visible text={app.caller} />{' '}
                </>
              )}
              {app.role}
            </span>
          </span>
        )}
        <Button kind="quiet" icon={CircleHelp} aria-label="Keys (?)" onClick={onHelp} />
      </div>
    </header>
  );
}

function ZoneMenu() {
  const [choice, choose] = useZoneChoice();
  const local = zoneLabel(localZone);
  return (
    <Menu
      kind="quiet"
      icon={Clock}
      label={`Time zone: ${choice === 'utc' ? 'UTC' : local}`}
      items={[
        {
          key: 'local',
          word: localZone.replaceAll('_', ' '),
          isChosen: choice === 'local',
          onSelect: () => choose('local'),
        },
        { key: 'utc', word: 'UTC', isChosen: choice === 'utc', onSelect: () => choose('utc') },
      ]}
    >
      {choice === 'utc' ? 'UTC' : local}
    </Menu>
  );
}
