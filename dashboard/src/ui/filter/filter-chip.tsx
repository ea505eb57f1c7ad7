/** One filter as a chip: its value, a form to change it, and a cross to remove it. */
import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useZone } from '../../time/clock-store.ts';
import { Popover, type PopoverHandle } from '../popover.tsx';
import { type Filter, type FilterValue, filterText, isSet } from './filter.ts';
import styles from './filter-bar.module.css';
import { FilterForm } from './filter-form.tsx';

/** Shows one filter. */
export function FilterChip({
  filter,
  value,
  isAdding,
  onClose,
  onChange,
}: {
  readonly filter: Filter;
  readonly value: FilterValue;
  /** Whether it has just been chosen, and opens by itself. */
  readonly isAdding: boolean;
  readonly onClose: () => void;
  readonly onChange: (value: FilterValue) => void;
}) {
  const zone = useZone();
  const popover = useRef<PopoverHandle>(null);
  useEffect(() => {
    if (isAdding) popover.current?.show();
  }, [isAdding]);
  const empty = typeof value === 'string' ? '' : Array.isArray(value) ? [] : null;
  return (
    <span className={styles.chip}>
      <Popover
        handle={popover}
        label={`Filter by ${filter.word}`}
        buttonClass={styles.value}
        onClose={onClose}
        button={
          <>
            <span className={styles.word}>{filter.word}</span> {filterText(filter, value, zone)}
          </>
        }
      >
        <FilterForm
          filter={filter}
          value={value}
          onChange={onChange}
          onDone={() => popover.current?.hide()}
        />
      </Popover>
      {isSet(value) && (
        <button
          type="button"
          className={styles.remove}
          aria-label={`Remove the filter ${filter.word}`}
          onClick={() => onChange(empty)}
        >
          <X size={13} aria-hidden />
        </button>
      )}
    </span>
  );
}
