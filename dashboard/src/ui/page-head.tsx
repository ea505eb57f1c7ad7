/** The head of a screen: its title, what is being looked at, actions, and the same as commands. */
import { Terminal } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import type { Commands } from '../commands/commands.ts';
import { visibleText } from '../text/visible-text.ts';
import { copyText } from './copy-button.tsx';
import { Menu } from './menu.tsx';
import styles from './page-head.module.css';
import { toast } from './toast.ts';

/** The title of a screen, which is the title of the window, too. */
export function PageHead({
  title,
  heading = title,
  status,
  children,
  actions,
  commands,
}: {
  /** The window's title, as a text. */
  readonly title: string;
  /** @default the title */
  readonly heading?: ReactNode;
  /** What stands beside the title. */
  readonly status?: ReactNode;
  /** A line below the title. */
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly commands?: Commands;
}) {
  useEffect(() => {
    document.title = `${visibleText(title)} · Millrace`;
  }, [title]);
  return (
    <header className={styles.head}>
      <div className={styles.title}>
        <h1>{heading}</h1>
        {status}
      </div>
      <div className={styles.actions}>
        {actions}
        {commands !== undefined && <CommandsMenu commands={commands} />}
      </div>
      {children !== undefined && <div className={styles.line}>{children}</div>}
    </header>
  );
}

/** Copies what the screen shows as a command of the shell, or as a request. */
export function CommandsMenu({ commands: { cli, curl } }: { readonly commands: Commands }) {
  const copy = async (text: string, what: string) => {
    try {
      await copyText(text);
      toast('succeeded', `copied ${what}`);
    } catch (error) {
      toast('failed', `could not copy: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return (
    <Menu
      kind="quiet"
      icon={Terminal}
      label="Copy as a command"
      items={[
        {
          key: 'cli',
          word: (
            <span>
              Copy as <code>millrace</code> command
            </span>
          ),
          onSelect: () => void copy(cli, cli),
        },
        {
          key: 'curl',
          word: (
            <span>
              Copy as <code>curl</code>
            </span>
          ),
          onSelect: () => void copy(curl, 'the curl command'),
        },
      ]}
    />
  );
}
