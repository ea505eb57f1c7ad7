/** The buttons of a canvas. */
import { Maximize, ZoomIn, ZoomOut } from 'lucide-react';
import { formatPercent } from '../text/format-number.ts';
import { Button } from '../ui/button.tsx';
import styles from './graph-toolbar.module.css';

/** Zooms in and out, and shows all. */
export function GraphToolbar({
  scale,
  zoomBy,
  fit,
}: {
  readonly scale: number;
  readonly zoomBy: (factor: number) => void;
  readonly fit: () => void;
}) {
  return (
    <div className={styles.tools} role="toolbar" aria-label="Zoom">
      <Button kind="quiet" icon={ZoomOut} aria-label="Zoom out" onClick={() => zoomBy(0.8)} />
      <span className={styles.scale}>{formatPercent(scale)}</span>
      <Button kind="quiet" icon={ZoomIn} aria-label="Zoom in" onClick={() => zoomBy(1.25)} />
      <Button kind="quiet" icon={Maximize} aria-label="Show all of it" onClick={fit} />
    </div>
  );
}
