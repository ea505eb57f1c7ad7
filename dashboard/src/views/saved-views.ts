/** Views that a person has saved in this browser: a name for an address. */
import { createStoredText } from '../app/stored.ts';
import { readViews, type SavedView } from './view-list.ts';

/** The saved views. */
export const savedViews = createStoredText<readonly SavedView[]>('views', readViews, (views) =>
  JSON.stringify(views),
);
