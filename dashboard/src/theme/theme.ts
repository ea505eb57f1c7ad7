/** The theme that a person has chosen, and the one that the page shows. */
import { useSyncExternalStore } from 'react';
import { createStored } from '../app/stored.ts';

/** The themes to choose from; `auto` is the system's. */
export const themes = ['auto', 'light', 'dark'] as const;

/** A theme to choose. */
export type Theme = (typeof themes)[number];

/** The chosen theme. */
export const storedTheme = createStored<Theme>('theme', themes, 'auto');

/** The system's setting, which may change while the page is open. */
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

/** Shows the page in a theme from now on. */
export function chooseTheme(theme: Theme): void {
  storedTheme.set(theme);
  showTheme();
}

/**
 * Shows the page in the chosen theme, and follows the system as long as `auto` is chosen. The theme
 * is always written on the page: style sheets and charts need not know who has chosen it.
 */
export function followTheme(): void {
  showTheme();
  systemIsDark.addEventListener('change', showTheme);
}

/** Returns the theme that the page shows, and follows it. */
export function useShownTheme(): Exclude<Theme, 'auto'> {
  const chosen = storedTheme.use();
  const isDark = useSyncExternalStore(subscribeToSystem, () => systemIsDark.matches);
  return resolveTheme(chosen, isDark);
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

function showTheme(): void {
  document.documentElement.dataset.theme = resolveTheme(storedTheme.get(), systemIsDark.matches);
}

function resolveTheme(chosen: Theme, isDark: boolean): Exclude<Theme, 'auto'> {
  if (chosen !== 'auto') return chosen;
  return isDark ? 'dark' : 'light';
}

function subscribeToSystem(listener: () => void): () => void {
  systemIsDark.addEventListener('change', listener);
  return () => systemIsDark.removeEventListener('change', listener);
}
