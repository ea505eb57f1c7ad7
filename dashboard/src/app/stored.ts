/** Settings of a person that this browser keeps. */
import { useSyncExternalStore } from 'react';

/** A setting: read it with a hook, change it anywhere. */
export interface Stored<Value> {
  readonly use: () => Value;
  readonly get: () => Value;
  readonly set: (value: Value) => void;
}

/** Creates a setting that is one of some words. */
export function createStored<const Word extends string>(
  key: string,
  words: readonly Word[],
  usual: NoInfer<Word>,
): Stored<Word> {
  return createStoredText(
    key,
    (found) => words.find((word) => word === found) ?? usual,
    (word) => word,
  );
}

/** Creates a setting that is written as a text; `read` gets null when there is none. */
export function createStoredText<Value>(
  key: string,
  read: (text: string | null) => Value,
  write: (value: Value) => string,
): Stored<Value> {
  const name = `millrace.${key}`;
  const listeners = new Set<() => void>();
  let value = read(readItem(name));
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const get = () => value;
  return {
    use: () => useSyncExternalStore(subscribe, get),
    get,
    set(next) {
      value = next;
      writeItem(name, write(next));
      for (const listener of listeners) listener();
    },
  };
}

function readItem(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    // A browser that stores nothing: the setting lasts as long as the page.
    return null;
  }
}

function writeItem(name: string, text: string): void {
  try {
    localStorage.setItem(name, text);
  } catch {
    // As above: storage is full or switched off.
  }
}
