/** The actions of a screen. What the caller's role does not allow is explained, not offered. */
import { Lock, type LucideIcon } from 'lucide-react';
import { useRights } from '../app/app-info.tsx';
import type { Need } from '../app/role.ts';
import styles from './action-bar.module.css';
import { Button, type ButtonLook } from './button.tsx';

/** One action. */
export interface Action {
  /** Ends with `…` when a dialog follows. */
  readonly word: string;
  readonly needs: Need;
  readonly onSelect: () => void;
  readonly icon?: LucideIcon;
  readonly kind?: ButtonLook['kind'];
  readonly busy?: boolean;
  /** Why it is not possible now; the button stays, and says so on hover. */
  readonly blocked?: string | null | undefined;
}

/** Buttons for what the caller may do. */
export function ActionBar({ actions }: { readonly actions: readonly Action[] }) {
  const { may, whyNot } = useRights();
  const hidden = actions.filter(({ needs }) => !may(needs));
  const words = hidden.map(({ word }) => word.replace('…', '')).join(', ');
  return (
    <div className={styles.bar}>
      {actions
        .filter(({ needs }) => may(needs))
        .map(({ word, onSelect, icon, kind = 'plain', busy = false, blocked }) => (
          <Button
            key={word}
            kind={kind}
            busy={busy}
            {...(icon !== undefined && { icon })}
            onClick={onSelect}
            disabled={blocked != null}
            title={blocked ?? undefined}
          >
            {word}
          </Button>
        ))}
      {hidden.length > 0 && (
        <span className={styles.lock} title={`${words}: ${whyNot(hidden[0]?.needs ?? 'own')}`}>
          <Lock size={13} aria-hidden />
          <span className="visually-hidden">
            {words}: {whyNot(hidden[0]?.needs ?? 'own')}
          </span>
        </span>
      )}
    </div>
  );
}
