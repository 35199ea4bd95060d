import { errorOf, send } from '../api/call.ts';
import type { Found } from '../images/found.ts';

/** Photographs that come along with the console, for a first look. */
export const samples = [
  { file: 'sample-friends.jpg', title: 'Four friends' },
  { file: 'sample-evening.jpg', title: 'An evening out' },
] as const;

export async function loadSample({ file }: { file: string }): Promise<Found> {
  const response = await send(`console/${file}`, { headers: {} });
  if (!response.ok) throw await errorOf(response);
  const blob = await response.blob();
  return { path: file, file: new File([blob], file, { type: 'image/jpeg' }) };
}
