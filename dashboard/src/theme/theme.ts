/** The theme that a person has chosen. */
import { createStored } from '../app/stored.ts';

/** The themes to choose from; `auto` is the system's. */
export const themes = ['auto', 'light', 'dark'] as const;

/** A theme to choose. */
export type Theme = (typeof themes)[number];

/** The chosen theme. */
export const storedTheme = createStored<Theme>('theme', themes, 'auto');

/** Shows the page in a theme. */
export function applyTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === 'auto') delete dataset.theme;
  else dataset.theme = theme;
}

/** Returns the colour of a custom property such as `--failed`, for canvases. */
export function colourOf(property: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${property})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
