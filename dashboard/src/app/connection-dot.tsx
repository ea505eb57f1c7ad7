/** How the page is connected, as a dot and words; what can be done about it is one click away. */
import { useConnection, useHub } from '../live/live-provider.tsx';
import { useNow, useZone } from '../time/clock-store.ts';
import { formatClock } from '../time/format-time.ts';
import { Button } from '../ui/button.tsx';
import styles from './connection-dot.module.css';
import { connectionText } from './connection-text.ts';

/** Shows the connection. */
export function ConnectionDot() {
  const connection = useConnection();
  const hub = useHub();
  const zone = useZone();
  const text = connectionText(connection, (at, now) => formatClock(at, zone, now), useNow());
  const canResume = connection.kind === 'paused' || connection.kind === 'unreachable';
  return (
    <span className={styles.connection} data-kind={connection.kind} title={text.long}>
      <span className={styles.dot} aria-hidden="true" />
      <span role="status" className={styles.words}>
        {text.short}
      </span>
      {canResume && (
        <Button kind="quiet" onClick={() => hub.resume()}>
          {connection.kind === 'paused' ? 'Resume' : 'Try now'}
        </Button>
      )}
    </span>
  );
}
