/** Shows the page's messages, and reads them to those who cannot see them. */
import { X } from 'lucide-react';
import { Link } from 'wouter';
import { Visible } from '../text/visible.tsx';
import { Button } from './button.tsx';
import { closeToast, useToasts } from './toast.ts';
import styles from './toasts.module.css';

/** The messages at the edge of the page. */
export function Toasts() {
  return (
    <div className={styles.toasts} role="status" aria-live="polite">
      {useToasts().map(({ id, tone, text, link }) => (
        <div key={id} className={styles.toast} data-tone={tone}>
          <p>
            <Visible text={text} />{' '}
            {link !== undefined && <Link href={link.href}>{link.word}</Link>}
          </p>
          <Button kind="quiet" icon={X} aria-label="Close" onClick={() => closeToast(id)} />
        </div>
      ))}
    </div>
  );
}
