/** What the test app does with a number, and so what a batch of it must come to. */

/** Refused for good: one number in a hundred. */
export function isBad(number: number): boolean {
  return number % 100 === 7;
}

/** Fails at the first attempt: one number in fifty. */
export function isBusyAtFirst(number: number): boolean {
  return number % 50 === 3;
}

/** The queue of a number. */
export function priorityOf(number: number): string {
  if (number % 10 === 0) return 'critical';
  return number % 3 === 0 ? 'low' : 'default';
}

/** The figures of a batch of the numbers below `items`, as its report has them. */
export function expectedSums(items: number): object {
  const numbers = Array.from({ length: items }, (_, number) => number);
  const good = numbers.filter((number) => !isBad(number));
  const failed = items - good.length;
  const byPriority: Record<string, number> = {};
  for (const number of numbers) {
    byPriority[priorityOf(number)] = (byPriority[priorityOf(number)] ?? 0) + 1;
  }
  return {
    status: 'SUCCEEDED',
    total: items,
    succeeded: good.length,
    failed,
    archived: failed,
    byError: failed === 0 ? {} : { BadNumber: failed },
    byPriority,
    sum: good.reduce((sum, number) => sum + number, 0),
  };
}
