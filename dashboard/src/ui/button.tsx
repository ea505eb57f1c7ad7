/** A button. */
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import styles from './button.module.css';

/** A button's looks, besides the properties of the element. */
export interface ButtonLook {
  /** @default plain */
  readonly kind?: 'plain' | 'primary' | 'danger' | 'quiet';
  readonly icon?: LucideIcon;
  /** Shows that it works, and takes no second click. */
  readonly busy?: boolean;
}

/** A button with a word, an icon, or both; one without a word needs an `aria-label`. */
export function Button({
  kind = 'plain',
  icon: Icon,
  busy = false,
  className,
  children,
  disabled,
  ...rest
}: ButtonLook & ComponentProps<'button'>) {
  const isIconOnly = children === undefined;
  return (
    <button
      type="button"
      className={`${styles.button} ${styles[kind] ?? ''} ${isIconOnly ? styles.square : ''} ${className ?? ''}`}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      title={isIconOnly ? rest['aria-label'] : undefined}
      {...rest}
    >
      {Icon !== undefined && <Icon size={15} aria-hidden className={busy ? styles.busy : ''} />}
      {children}
    </button>
  );
}
