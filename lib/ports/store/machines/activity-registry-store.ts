import type { Page, PageRequest } from '../page.ts';
import type { MachineOrigin } from './state-machine-store.ts';

/** An activity: a name under which workers outside take work. */
export interface ActivityRecord {
  readonly name: string;
  readonly origin: MachineOrigin;
  readonly createdAt: number;
  /** A JSON text; null for none. */
  readonly encryption: string | null;
}

/** The activities of the configuration and of the API. */
export interface ActivityRegistryStore {
  /** Records an activity; returns the one that has the name already, if there is one. */
  createActivity(
    activity: Pick<ActivityRecord, 'name' | 'origin' | 'encryption'>,
  ): Promise<{ readonly activity: ActivityRecord; readonly created: boolean }>;
  getActivity(name: string): Promise<ActivityRecord | null>;
  /** Deletes an activity with its tags and its waiting work; false when it is not there. */
  deleteActivity(name: string): Promise<boolean>;
  /** Lists activities, the oldest first. */
  listActivityRecords(page: PageRequest): Promise<Page<ActivityRecord>>;
}
