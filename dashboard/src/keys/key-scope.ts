/** When a key on the page means something: not while a person types or a dialog is open. */

/** Whether a key press is meant for the page rather than for a field, a menu or a dialog. */
export function isForPage(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.isComposing) return false;
  const { target } = event;
  if (
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, [contenteditable]')
  ) {
    return false;
  }
  return document.querySelector('dialog[open], [popover]:popover-open') === null;
}
