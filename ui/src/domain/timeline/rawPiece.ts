// Moves through a log piece by piece.

/** The longest piece that is read at once, in bytes. */
const PIECE = 65_536;

/** The piece before or after this one. The previous piece does not overlap this one. */
export function around<T extends { offset: number; len: number }>(piece: T, by: -1 | 1): T {
  if (by === 1)
    return {
      ...piece,
      offset: piece.offset + Math.min(piece.len, PIECE),
      len: Math.max(4096, Math.min(piece.len, PIECE)),
    };
  const len = Math.min(piece.offset, Math.max(4096, Math.min(piece.len, PIECE)));
  return { ...piece, offset: piece.offset - len, len };
}
