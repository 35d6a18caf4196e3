// Delays work until after the next frame, so that the frame is painted without waiting for it.

/** Calls `run` after the next frame was painted. The returned function cancels that. */
export function afterFrame(run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(run);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
