import type { Subscription } from '../shared/config.ts';

/** The text printed once the server is ready: its address, the keys, and a command to try. */
export function greeting(
  url: string,
  subscriptions: readonly Subscription[],
  defaultKeys: ReadonlySet<string>,
): string {
  // The operator's own keys must not appear in a log.
  const shown = (key: string) => (defaultKeys.has(key) ? key : `...${key.slice(-4)}`);
  const keys = subscriptions.flatMap(({ id, name, keys }) =>
    keys.map((key) => `  ${shown(key)}  (subscription ${id}${name ? `, ${name}` : ''})`),
  );
  const first = subscriptions[0]!.keys[0]!;
  const key = defaultKeys.has(first) ? first : '$FACE_KEY';
  // Who opens the console with a key of everyone's need not type it. With a key of the operator's own no link is made.
  const console = defaultKeys.has(first) ? `${url}/#key=${first}` : `${url}/`;
  return `
Keys:
${keys.join('\n')}

Try:
  curl "${url}/face/v1.0/detect?returnFaceLandmarks=true" -H "Ocp-Apim-Subscription-Key: ${key}" -H "Content-Type: application/octet-stream" --data-binary @node_modules/@vladmandic/face-api/demo/sample1.jpg

See:
  ${console}

Visage is ready at ${url}`;
}
