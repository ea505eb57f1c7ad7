/** Where a popover stands. */

/** Puts a popover below its button, inside of the window, and its first `focused` into focus. */
export function placeBelow(
  popover: HTMLElement | null,
  button: HTMLElement | null,
  focused: string,
): void {
  if (popover === null || button === null) return;
  const { bottom, top, left } = button.getBoundingClientRect();
  const { width, height } = popover.getBoundingClientRect();
  const { innerWidth, innerHeight } = window;
  const fitsBelow = bottom + 4 + height <= innerHeight || top < height;
  popover.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  popover.style.top = `${Math.max(8, fitsBelow ? bottom + 4 : top - height - 4)}px`;
  popover.querySelector<HTMLElement>(focused)?.focus();
}
