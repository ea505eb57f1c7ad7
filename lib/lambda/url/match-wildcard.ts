/**
 * Whether the whole text matches a pattern, in which `*` stands for any text and `?` for any
 * character, as in policies of IAM. It takes at most the product of both lengths in steps.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let at = 0;
  let inPattern = 0;
  // What follows the last `*` does not match: then that `*` takes one more character.
  let star = -1;
  let taken = 0;
  while (at < text.length) {
    const wanted = pattern[inPattern];
    if (wanted === '*') {
      star = inPattern;
      taken = at;
      inPattern += 1;
    } else if (wanted === '?' || wanted === text[at]) {
      inPattern += 1;
      at += 1;
    } else if (star >= 0) {
      inPattern = star + 1;
      taken += 1;
      at = taken;
    } else {
      return false;
    }
  }
  while (pattern[inPattern] === '*') inPattern += 1;
  return inPattern === pattern.length;
}
