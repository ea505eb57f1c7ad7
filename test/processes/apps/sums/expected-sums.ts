/** The rules of the test app for each number, and the figures that follow for a batch. */

/** Whether the number fails for good: one in a hundred does. */
export function isBad(number: number): boolean {
  return number % 100 === 7;
}

/** Whether the first attempt fails: for one number in fifty. */
export function isBusyAtFirst(number: number): boolean {
  return number % 50 === 3;
}

/** Returns the queue of a number. */
export function toPriority(number: number): string {
  if (number % 10 === 0) return 'critical';
  return number % 3 === 0 ? 'low' : 'default';
}

/** Returns the figures of a batch of the numbers below `items`, as its report has them. */
export function expectedSums(items: number): object {
  const numbers = Array.from({ length: items }, (_, number) => number);
  const good = numbers.filter((number) => !isBad(number));
  const failed = items - good.length;
  const byPriority: Record<string, number> = {};
  for (const number of numbers) {
    byPriority[toPriority(number)] = (byPriority[toPriority(number)] ?? 0) + 1;
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
