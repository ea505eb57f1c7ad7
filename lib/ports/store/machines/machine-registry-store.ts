import type { ActivityRegistryStore } from './activity-registry-store.ts';
import type { AliasStore } from './alias-store.ts';
import type { ExecutionListStore } from './execution-list-store.ts';
import type { MapRunStore } from './map-run-store.ts';
import type { PublishedVersionStore } from './published-version-store.ts';
import type { ScopeStore } from './scope-store.ts';
import type { StateMachineStore } from './state-machine-store.ts';
import type { TagStore } from './tag-store.ts';

/** What the API of Step Functions asks of a store besides running executions. */
export interface MachineRegistryStore
  extends ScopeStore,
    StateMachineStore,
    PublishedVersionStore,
    AliasStore,
    TagStore,
    ActivityRegistryStore,
    ExecutionListStore,
    MapRunStore {}
