export function parseTimestamp(_text: string): number | undefined {
  throw new Error('to come');
}
