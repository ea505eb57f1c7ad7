/** The filters of a list as chips: all that hold are seen, and nothing else is filtered. */
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../button.tsx';
import { Menu } from '../menu.tsx';
import type { Filter, FilterValue } from './filter.ts';
import { isSet } from './filter.ts';
import styles from './filter-bar.module.css';
import { FilterChip } from './filter-chip.tsx';

/** Shows the filters that are set, and offers the others. */
export function FilterBar({
  filters,
  values,
  onChange,
}: {
  readonly filters: readonly Filter[];
  readonly values: Readonly<Record<string, FilterValue>>;
  readonly onChange: (changes: Readonly<Record<string, FilterValue>>) => void;
}) {
  const [adding, setAdding] = useState<string | null>(null);
  const shown = filters.filter(({ key }) => isSet(values[key]) || key === adding);
  const others = filters.filter((filter) => !shown.includes(filter));
  const clear = Object.fromEntries(shown.map(({ key }) => [key, emptied(values[key])]));
  return (
    <fieldset className={styles.bar} aria-label="Filters">
      {shown.map((filter) => (
        <FilterChip
          key={filter.key}
          filter={filter}
          value={values[filter.key]}
          isAdding={filter.key === adding}
          onClose={() => setAdding(null)}
          onChange={(value) => onChange({ [filter.key]: value })}
        />
      ))}
      {others.length > 0 && (
        <Menu
          kind="quiet"
          icon={Plus}
          className={styles.add}
          items={others.map(({ key, word }) => ({ key, word, onSelect: () => setAdding(key) }))}
        >
          Filter
        </Menu>
      )}
      {shown.some(({ key }) => isSet(values[key])) && (
        <Button kind="quiet" onClick={() => onChange(clear)}>
          Clear
        </Button>
      )}
    </fieldset>
  );
}

function emptied(value: FilterValue): FilterValue {
  return typeof value === 'string' ? '' : Array.isArray(value) ? [] : null;
}
