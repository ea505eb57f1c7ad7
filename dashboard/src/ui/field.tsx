/** A labelled input of a form, with a hint and its fault. */
import { type ComponentProps, type ReactNode, useId } from 'react';
import styles from './field.module.css';

interface FieldLook {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  /** Why the value cannot be used. */
  readonly fault?: string | null | undefined;
}

/** One line of text. */
export function TextField({
  label,
  hint,
  fault,
  ...input
}: FieldLook & Omit<ComponentProps<'input'>, 'id'>) {
  const id = useId();
  return (
    <Field id={id} label={label} hint={hint} fault={fault}>
      <input
        id={id}
        className={styles.input}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={fault != null || undefined}
        aria-describedby={`${id}-note`}
        {...input}
      />
    </Field>
  );
}

/** Several lines of text, such as JSON. */
export function TextArea({
  label,
  hint,
  fault,
  ...input
}: FieldLook & Omit<ComponentProps<'textarea'>, 'id'>) {
  const id = useId();
  return (
    <Field id={id} label={label} hint={hint} fault={fault}>
      <textarea
        id={id}
        className={`${styles.input} ${styles.area}`}
        autoComplete="off"
        spellCheck={false}
        rows={5}
        aria-invalid={fault != null || undefined}
        aria-describedby={`${id}-note`}
        {...input}
      />
    </Field>
  );
}

/** A choice of a few words. */
export function SelectField({
  label,
  hint,
  fault,
  children,
  ...input
}: FieldLook & Omit<ComponentProps<'select'>, 'id'>) {
  const id = useId();
  return (
    <Field id={id} label={label} hint={hint} fault={fault}>
      <select id={id} className={styles.input} aria-describedby={`${id}-note`} {...input}>
        {children}
      </select>
    </Field>
  );
}

function Field({
  id,
  label,
  hint,
  fault,
  children,
}: FieldLook & { readonly id: string; readonly children: ReactNode }) {
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children}
      <p
        id={`${id}-note`}
        className={fault == null ? styles.hint : styles.fault}
        aria-live="polite"
      >
        {fault ?? hint}
      </p>
    </div>
  );
}
