/** A small form that hangs below its button. */
import { type ReactNode, type Ref, useEffect, useId, useImperativeHandle, useRef } from 'react';
import styles from './menu.module.css';
import { placeBelow } from './place-below.ts';

/** Opens and closes a popover from outside. */
export interface PopoverHandle {
  show(): void;
  hide(): void;
}

/** A button, and what it opens. */
export function Popover({
  button,
  buttonClass,
  label,
  handle,
  onClose,
  children,
}: {
  /** The content of the button. */
  readonly button: ReactNode;
  readonly buttonClass?: string | undefined;
  /** Names what opens. */
  readonly label: string;
  readonly handle?: Ref<PopoverHandle>;
  readonly onClose?: () => void;
  readonly children: ReactNode;
}) {
  const id = useId();
  const popover = useRef<HTMLDivElement>(null);
  const anchor = useRef<HTMLButtonElement>(null);
  const closed = useRef(onClose);
  useEffect(() => {
    closed.current = onClose;
  });
  useImperativeHandle(handle, () => ({
    show: () => popover.current?.showPopover(),
    hide: () => popover.current?.hidePopover(),
  }));
  useEffect(() => {
    const element = popover.current;
    if (element === null) return;
    const onToggle = (event: Event) => {
      if ((event as ToggleEvent).newState === 'closed') closed.current?.();
      else placeBelow(element, anchor.current, 'input, select, textarea, button');
    };
    element.addEventListener('toggle', onToggle);
    return () => element.removeEventListener('toggle', onToggle);
  }, []);
  return (
    <>
      <button ref={anchor} type="button" className={buttonClass} popoverTarget={id}>
        {button}
      </button>
      <div
        ref={popover}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={label}
        className={styles.form}
      >
        {children}
      </div>
    </>
  );
}
