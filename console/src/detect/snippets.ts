import { queryOf } from '../api/call.ts';
import { type DetectOptions, detectQuery } from '../api/faces.ts';

export const languages = [
  ['curl', 'curl'],
  ['javascript', 'JavaScript'],
  ['python', 'Python'],
  ['csharp', 'C#'],
] as const;
export type Language = (typeof languages)[number][0];

interface Detection {
  endpoint: string;
  image: { file: string } | { url: string };
  options: DetectOptions;
}

/** The same detection as a program; it reads the key from the environment variable FACE_KEY. */
export function snippet(language: Language, detection: Detection): string {
  const url = `${detection.endpoint}/face/v1.0/detect${queryOf(detectQuery(detection.options)).replaceAll('%2C', ',')}`;
  return writers[language](url, detection.image);
}

/** A text as a literal of each of these languages: all read JSON's strings alike. */
const literal = (text: string) => JSON.stringify(text);
const shell = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

const writers: Record<Language, (url: string, image: Detection['image']) => string> = {
  curl: (url, image) =>
    [
      `curl -s ${shell(url)}`,
      `  -H "Ocp-Apim-Subscription-Key: $FACE_KEY"`,
      ...('url' in image
        ? [`  -H 'Content-Type: application/json'`, `  -d ${shell(JSON.stringify({ url: image.url }))}`]
        : [`  -H 'Content-Type: application/octet-stream'`, `  --data-binary ${shell(`@${image.file}`)}`]),
    ].join(' \\\n'),

  javascript: (url, image) =>
    `${'url' in image ? '' : "import { readFile } from 'node:fs/promises';\n\n"}const response = await fetch(${literal(url)}, {
  method: 'POST',
  headers: {
    'Ocp-Apim-Subscription-Key': process.env.FACE_KEY,
    'Content-Type': '${'url' in image ? 'application/json' : 'application/octet-stream'}',
  },
  body: ${'url' in image ? `JSON.stringify({ url: ${literal(image.url)} })` : `await readFile(${literal(image.file)})`},
});
console.log(await response.json());`,

  python: (url, image) =>
    `import os, requests

response = requests.post(
    ${literal(url)},
    headers={
        "Ocp-Apim-Subscription-Key": os.environ["FACE_KEY"],${'url' in image ? '' : '\n        "Content-Type": "application/octet-stream",'}
    },
    ${'url' in image ? `json={"url": ${literal(image.url)}}` : `data=open(${literal(image.file)}, "rb")`},
)
print(response.json())`,

  csharp: (url, image) =>
    `using System.Net.Http.Headers;

using var client = new HttpClient();
client.DefaultRequestHeaders.Add(
    "Ocp-Apim-Subscription-Key", Environment.GetEnvironmentVariable("FACE_KEY"));

${
  'url' in image
    ? `using var body = new StringContent(${literal(JSON.stringify({ url: image.url }))});
body.Headers.ContentType = new MediaTypeHeaderValue("application/json");`
    : `using var body = new ByteArrayContent(File.ReadAllBytes(${literal(image.file)}));
body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");`
}
var response = await client.PostAsync(
    ${literal(url)}, body);
Console.WriteLine(await response.Content.ReadAsStringAsync());`,
};
