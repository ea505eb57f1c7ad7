/** Facts about one thing: a word and its value each. */
import type { ReactNode } from 'react';
import styles from './fact-list.module.css';

/** Shows facts in the order of their words; a fact that is undefined is left out. */
export function FactList({
  facts,
  large = false,
}: {
  readonly facts: Readonly<Record<string, ReactNode>>;
  /** Shows few facts that are numbers. @default false */
  readonly large?: boolean;
}) {
  return (
    <dl className={large ? styles.large : styles.facts}>
      {Object.entries(facts).map(
        ([word, value]) =>
          value !== undefined && (
            <div key={word}>
              <dt>{word}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
