/** A menu on a popover, opened by a button and walked with the arrow keys. */
import type { LucideIcon } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Button, type ButtonLook } from './button.tsx';
import styles from './menu.module.css';
import { placeBelow } from './place-below.ts';

/** A line of a menu. */
export interface MenuItem {
  readonly word: ReactNode;
  readonly key: string;
  readonly icon?: LucideIcon;
  readonly isChosen?: boolean;
  readonly onSelect: () => void;
}

/** A button that opens a menu. */
export function Menu({
  items,
  label,
  children,
  ...look
}: ButtonLook & {
  readonly items: readonly MenuItem[];
  /** Names the button, where its content does not. */
  readonly label?: string;
  readonly className?: string | undefined;
  readonly children?: ReactNode;
}) {
  const id = useId();
  const popover = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const isOpen = useToggle(popover);
  useEffect(() => {
    if (!isOpen) return;
    const chosen = '[aria-checked="true"]';
    const isAny = popover.current?.querySelector(chosen) != null;
    placeBelow(popover.current, button.current, isAny ? chosen : '[role^="menuitem"]');
  }, [isOpen]);
  return (
    <>
      <Button
        ref={button}
        {...look}
        popoverTarget={id}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
      >
        {children}
      </Button>
      <div
        ref={popover}
        id={id}
        popover="auto"
        role="menu"
        className={styles.menu}
        onKeyDown={walk}
        tabIndex={-1}
      >
        {items.map(({ key, ...item }) => (
          <MenuLine key={key} item={item} onClose={() => popover.current?.hidePopover()} />
        ))}
      </div>
    </>
  );
}

function MenuLine({
  item: { word, icon: Icon, isChosen, onSelect },
  onClose,
}: {
  readonly item: Omit<MenuItem, 'key'>;
  readonly onClose: () => void;
}) {
  return (
    <button
      type="button"
      {...(isChosen === undefined
        ? { role: 'menuitem' }
        : { role: 'menuitemradio', 'aria-checked': isChosen })}
      className={styles.item}
      onClick={() => {
        onClose();
        onSelect();
      }}
    >
      {Icon !== undefined && <Icon size={14} aria-hidden />}
      {word}
    </button>
  );
}

/** Returns whether a popover is open. */
function useToggle(popover: { readonly current: HTMLElement | null }): boolean {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const element = popover.current;
    if (element === null) return;
    const onToggle = (event: Event) => setOpen((event as ToggleEvent).newState === 'open');
    element.addEventListener('toggle', onToggle);
    return () => element.removeEventListener('toggle', onToggle);
  }, [popover]);
  return isOpen;
}

function walk(event: KeyboardEvent<HTMLDivElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  items.at((at + step) % items.length)?.focus();
}
