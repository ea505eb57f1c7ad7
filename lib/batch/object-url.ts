/** Prefix of a path that names an object in a bucket instead of a local file. */
export const objectUrlScheme = 's3://';

/** Whether `path` names an object: `s3://bucket/key`. */
export function isObjectUrl(path: string): boolean {
  return path.startsWith(objectUrlScheme);
}
