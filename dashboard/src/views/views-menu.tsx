/** Opens and saves views of a list. */
import { Bookmark } from 'lucide-react';
import { useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { paths, type ScreenName } from '../router/routes.ts';
import { visibleText } from '../text/visible-text.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Menu } from '../ui/menu.tsx';
import { savedViews } from './saved-views.ts';
import { withView } from './view-list.ts';

/** The menu of a list's views. */
export function ViewsMenu({ screen }: { readonly screen: ScreenName }) {
  const views = savedViews.use().filter((view) => view.screen === screen);
  const search = useSearch();
  const [, navigate] = useLocation();
  const [isSaving, setSaving] = useState(false);
  return (
    <>
      <Menu
        kind="quiet"
        icon={Bookmark}
        label="Saved views"
        items={[
          ...views.map((view) => ({
            key: `view ${view.name}`,
            word: visibleText(view.name),
            isChosen: view.search === search,
            onSelect: () => navigate(`${paths[screen]}?${view.search}`),
          })),
          { key: 'save', word: 'Save this view…', onSelect: () => setSaving(true) },
        ]}
      />
      {isSaving && <SaveDialog screen={screen} search={search} onClose={() => setSaving(false)} />}
    </>
  );
}

function SaveDialog({
  screen,
  search,
  onClose,
}: {
  readonly screen: string;
  readonly search: string;
  readonly onClose: () => void;
}) {
  const [typed, setTyped] = useState('');
  const name = typed.trim();
  const save = () => {
    savedViews.set(withView(savedViews.get(), { screen, name, search }));
    onClose();
  };
  return (
    <Dialog
      title="Save this view"
      onClose={onClose}
      foot={
        <Button kind="primary" disabled={name === ''} onClick={save}>
          Save
        </Button>
      }
    >
      <TextField
        label="Name"
        hint="kept in this browser; the settings can export and remove views"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </Dialog>
  );
}
