/** Paths of a batch's source that name an object in a bucket instead of a local file. */

/** What an object's URL begins with. */
export const objectUrlScheme = 's3://';

/** Whether `path` names an object: `s3://bucket/key`. */
export function isObjectUrl(path: string): boolean {
  return path.startsWith(objectUrlScheme);
}
