/** The line of a sparkline. Pure. */

/** Fewer values than this are no line: a dot says less than the number beside it. */
const valuesMin = 3;

/**
 * Returns the `d` of a path through `values` in a box; a null makes a gap, a lone value a dot. It
 * is empty while there are only one or two values.
 */
export function sparklinePath(
  values: readonly (number | null)[],
  width: number,
  height: number,
): string {
  const known = values.filter((value) => value !== null);
  if (known.length < valuesMin) return '';
  const top = Math.max(...known, 0);
  const low = Math.min(...known, 0);
  const span = top - low || 1;
  const stepX = values.length > 1 ? width / (values.length - 1) : 0;
  let isDrawing = false;
  const parts = values.map((value, index) => {
    if (value === null) {
      isDrawing = false;
      return '';
    }
    const x = round(index * stepX);
    const y = round(height - ((value - low) / span) * height);
    const isAlone = !isDrawing && (values[index + 1] ?? null) === null;
    const command = isDrawing ? 'L' : 'M';
    isDrawing = true;
    return `${command}${x} ${y}${isAlone ? 'h0.01' : ''}`;
  });
  return parts.join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
