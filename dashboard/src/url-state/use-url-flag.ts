/** Whether a dialog is open, in the address: a link opens it, and "back" closes it. */
import { useMemo } from 'react';
import { flag } from './codecs.ts';
import { useUrlState } from './use-url-state.ts';

/** Returns whether the parameter `key` is 1, and how to change that. */
export function useUrlFlag(key: string): [isOn: boolean, set: (isOn: boolean) => void] {
  const codecs = useMemo(() => ({ [key]: flag }), [key]);
  const { values, set } = useUrlState(codecs);
  return [values[key] ?? false, (isOn) => set({ [key]: isOn }, isOn ? 'push' : 'replace')];
}
