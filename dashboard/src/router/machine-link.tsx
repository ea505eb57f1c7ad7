/** A link to a version of a machine. */
import { Visible } from '../text/visible.tsx';
import { ScreenLink } from './screen-link.tsx';

/** Shows a machine's version, and links to it. */
export function MachineLink({
  machineId,
  machineVersion,
}: {
  readonly machineId: string;
  readonly machineVersion: number;
}) {
  return (
    <ScreenLink to="machine" params={{ machineId }} query={{ version: machineVersion }}>
      <Visible text={machineId} />@{machineVersion}
    </ScreenLink>
  );
}
