/**
 * Starts to measure the CPU time of the process, user and system. Returns a function that reads the
 * milliseconds so far.
 */
export function startCpuWatch(): () => number {
  const start = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000;
  };
}
