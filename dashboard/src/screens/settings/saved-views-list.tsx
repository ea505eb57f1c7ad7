/** The views that this browser keeps: open, copy and remove them. */
import { Trash2 } from 'lucide-react';
import { Link } from 'wouter';
import { paths, type ScreenName } from '../../router/routes.ts';
import { Visible } from '../../text/visible.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { savedViews } from '../../views/saved-views.ts';
import { withoutView } from '../../views/view-list.ts';
import styles from './settings.module.css';

/** The list of saved views. */
export function SavedViews() {
  const views = savedViews.use();
  if (views.length === 0) {
    return <p className={styles.none}>None yet: the bookmark of a list saves its filters.</p>;
  }
  const pathOf = (screen: string) => paths[screen as ScreenName] ?? '/';
  return (
    <>
      <ul className={styles.views}>
        {views.map((view) => (
          <li key={`${view.screen} ${view.name}`}>
            <Link href={`${pathOf(view.screen)}?${view.search}`}>
              <Visible text={view.name} />
            </Link>
            <code>
              {view.screen} <Visible text={view.search} />
            </code>
            <Button
              kind="quiet"
              icon={Trash2}
              aria-label={`Remove the view ${view.name}`}
              onClick={() => savedViews.set(withoutView(savedViews.get(), view))}
            />
          </li>
        ))}
      </ul>
      <CopyButton
        text={() =>
          views
            .map(({ screen, name, search }) => `${name}\t${linkOf(pathOf(screen), search)}`)
            .join('\n')
        }
        what="all views as links"
        word="Copy all as links"
      />
    </>
  );
}

function linkOf(path: string, search: string): string {
  return new URL(`${path.slice(1)}?${search}`, document.baseURI).href;
}
