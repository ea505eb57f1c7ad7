/** The list of keys. */
import { navEntries } from '../router/routes.ts';
import { Dialog } from '../ui/dialog.tsx';
import styles from './key-help.module.css';

const keys: readonly (readonly [keys: readonly string[], meaning: string])[] = [
  [['/'], 'find anything'],
  [['?'], 'this list'],
  [['j'], 'next row of a table'],
  [['k'], 'row before'],
  [['Enter'], 'open the row'],
  [['x'], 'choose the row'],
  [['←', '↑', '→', '↓'], 'along the edges of a graph'],
  [['Shift', '↓'], 'into a Parallel or Map; Shift ↑ leaves it'],
  [['+', '-', '0'], 'zoom a graph; 0 shows all of it'],
  [['Esc'], 'close a dialog or a menu'],
];

/** Shows what each key does. */
export function KeyHelp({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl className={styles.keys}>
        {keys.map(([each, meaning]) => (
          <div key={meaning}>
            <dt>
              {each.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
        {navEntries.map(({ key, word }) => (
          <div key={key}>
            <dt>
              <kbd>g</kbd> <kbd>{key}</kbd>
            </dt>
            <dd>{word}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
