/** Zooming: how large a graph is drawn, and where it is scrolled to. Pure. */

/** The smallest and the largest scale. */
export const zoomLimits = Object.freeze({ min: 0.15, max: 2 });

/** Below this scale, texts on states cannot be read and are not drawn. */
export const farZoom = 0.4;

/** A scale and a place. */
export interface ZoomView {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

/** A long machine is easier to scroll through than to read below this scale. */
const readableZoom = 0.8;

/** Returns the scale at which a picture fits into a frame; never larger than life. */
export function fittingScale(
  picture: { readonly width: number; readonly height: number },
  frame: { readonly width: number; readonly height: number },
): number {
  if (picture.width === 0 || picture.height === 0) return 1;
  const wide = Math.min(1, frame.width / picture.width);
  const high = Math.min(1, frame.height / picture.height);
  return Math.max(Math.min(wide, high), Math.min(wide, readableZoom), zoomLimits.min);
}

/** Returns the view at another scale, in which the point `x`, `y` of the frame stays in place. */
export function zoomAt(view: ZoomView, wanted: number, x: number, y: number): ZoomView {
  const scale = Math.min(zoomLimits.max, Math.max(zoomLimits.min, wanted));
  const factor = scale / view.scale;
  return {
    scale,
    left: Math.max(0, (view.left + x) * factor - x),
    top: Math.max(0, (view.top + y) * factor - y),
  };
}
