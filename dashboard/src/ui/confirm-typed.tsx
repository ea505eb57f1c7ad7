/** A field in which one types a name before something cannot be undone. */
import { Visible } from '../text/visible.tsx';
import { TextField } from './field.tsx';

/** Asks for `expected` to be typed; the caller compares. */
export function ConfirmTyped({
  expected,
  typed,
  onType,
}: {
  readonly expected: string;
  readonly typed: string;
  readonly onType: (text: string) => void;
}) {
  return (
    <TextField
      label={
        <>
          Type{' '}
          <code>
            <Visible text={expected} />
          </code>{' '}
          to confirm
        </>
      }
      value={typed}
      onChange={(event) => onType(event.target.value)}
    />
  );
}
