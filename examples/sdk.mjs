// Says whether two photographs show the same person: node examples/sdk.mjs one.jpg another.jpg
import { readFile } from 'node:fs/promises';
import { FaceClient } from '@azure/cognitiveservices-face';
import { ApiKeyCredentials } from '@azure/ms-rest-js';

const endpoint = process.env.FACE_ENDPOINT ?? 'http://127.0.0.1:7071';
const key = process.env.FACE_KEY ?? 'visage-local-key-of-the-first-subscription';
const credentials = new ApiKeyCredentials({ inHeader: { 'Ocp-Apim-Subscription-Key': key } });
const client = new FaceClient(credentials, endpoint);

/** The faceId of the largest face in a photograph. */
async function faceIdOf(file) {
  const options = { detectionModel: 'detection_03', recognitionModel: 'recognition_04' };
  const [face] = await client.face.detectWithStream(await readFile(file), options);
  if (!face) throw new Error(`No face in ${file}`);
  return face.faceId;
}

const [one, another] = await Promise.all(process.argv.slice(2, 4).map(faceIdOf));
const { isIdentical, confidence } = await client.face.verifyFaceToFace(one, another);
console.log(`${isIdentical ? 'The same person' : 'Two people'}, confidence ${confidence}`);
