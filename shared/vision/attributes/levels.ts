export type Level = 'low' | 'medium' | 'high';

/** `low` below `medium`, `high` from `high` on, `medium` between. */
export function levelOf(value: number, medium: number, high: number): Level {
  if (value < medium) return 'low';
  return value < high ? 'medium' : 'high';
}
