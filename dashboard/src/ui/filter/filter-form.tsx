/** Enters the value of a filter. */
import { type FormEvent, useState } from 'react';
import { now, useZone } from '../../time/clock-store.ts';
import { formatWall, zoneLabel } from '../../time/format-time.ts';
import { readWallTime } from '../../time/zone.ts';
import { Button } from '../button.tsx';
import { TextField } from '../field.tsx';
import { StatusBadge } from '../status-badge.tsx';
import type { Filter, FilterValue } from './filter.ts';
import styles from './filter-bar.module.css';

interface FilterFormProps {
  readonly filter: Filter;
  readonly value: FilterValue;
  readonly onChange: (value: FilterValue) => void;
  readonly onDone: () => void;
}

/** The form of a filter's kind. */
export function FilterForm(props: FilterFormProps) {
  const { kind } = props.filter;
  if (kind === 'words' || kind === 'word') return <WordsForm {...props} />;
  return kind === 'time' ? <TimeForm {...props} /> : <TextForm {...props} />;
}

function WordsForm({
  filter: { words = [], kind, word },
  value,
  onChange,
  onDone,
}: FilterFormProps) {
  const chosen = typeof value === 'object' && value !== null ? value : [String(value ?? '')];
  const toggle = (each: string) => {
    if (kind === 'word') {
      onChange(each);
      onDone();
      return;
    }
    onChange(words.filter((one) => (one === each) !== chosen.includes(one)));
  };
  return (
    <fieldset className={styles.words}>
      <legend className="visually-hidden">{word}</legend>
      {words.map((each) => (
        <label key={each}>
          <input
            type={kind === 'word' ? 'radio' : 'checkbox'}
            name={word}
            checked={chosen.includes(each)}
            onChange={() => toggle(each)}
          />
          <StatusBadge status={each} quiet />
        </label>
      ))}
    </fieldset>
  );
}

function TextForm({ filter: { word, hint }, value, onChange, onDone }: FilterFormProps) {
  const [typed, setTyped] = useState(String(value ?? ''));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onChange(typed.trim());
    onDone();
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <TextField
        label={word}
        hint={hint}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Button type="submit" kind="primary">
        Apply
      </Button>
    </form>
  );
}

const hourMs = 3_600_000;
const quickTimes = [
  ['1 hour ago', hourMs],
  ['24 hours ago', 24 * hourMs],
  ['7 days ago', 7 * 24 * hourMs],
] as const;

function TimeForm({ filter: { word }, value, onChange, onDone }: FilterFormProps) {
  const zone = useZone();
  const [typed, setTyped] = useState(typeof value === 'number' ? formatWall(value, zone) : '');
  const reading = typed.trim() === '' ? null : readWallTime(typed, zone);
  const fault = reading !== null && 'fault' in reading ? reading.fault : null;
  const isTwice = reading !== null && 'at' in reading && reading.isAmbiguous;
  const choose = (at: number | null) => {
    onChange(at);
    onDone();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (fault === null) choose(reading !== null && 'at' in reading ? reading.at : null);
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <TextField
        label={`${word}, ${zoneLabel(zone)} time`}
        placeholder="2026-11-24 08:30"
        hint={isTwice ? 'the clock shows this twice, as summer time ends: the first is taken' : ''}
        fault={fault}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <div className={styles.quick}>
        {quickTimes.map(([text, ago]) => (
          <Button key={text} onClick={() => choose(Math.floor((now() - ago) / 1_000) * 1_000)}>
            {text}
          </Button>
        ))}
      </div>
      <Button type="submit" kind="primary" disabled={fault !== null}>
        Apply
      </Button>
    </form>
  );
}
