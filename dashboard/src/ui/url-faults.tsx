/** Says which values of the address cannot be used, and offers the address without them. */
import { useLocation, useSearch } from 'wouter';
import { Visible } from '../text/visible.tsx';
import { type UrlFault, withoutParams } from '../url-state/url-state.ts';
import { Button } from './button.tsx';
import styles from './url-faults.module.css';

/** Shows wrong values; nothing when there are none. */
export function UrlFaults({ faults }: { readonly faults: readonly UrlFault[] }) {
  const [path, navigate] = useLocation();
  const search = useSearch();
  if (faults.length === 0) return null;
  const rest = withoutParams(
    search,
    faults.map(({ key }) => key),
  );
  return (
    <div className={styles.faults} role="alert">
      <div>
        <p>The address has values that this page cannot use; it shows the list without them.</p>
        <ul>
          {faults.map(({ key, message }) => (
            <li key={key}>
              <Visible text={message} />
            </li>
          ))}
        </ul>
      </div>
      <Button onClick={() => navigate(rest === '' ? path : `${path}?${rest}`, { replace: true })}>
        Remove them
      </Button>
    </div>
  );
}
