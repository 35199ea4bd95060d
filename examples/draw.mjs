// Draws the faces of a photograph: node examples/draw.mjs photograph.jpg drawn.jpg
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';

const endpoint = process.env.FACE_ENDPOINT ?? 'http://127.0.0.1:7071';
const key = process.env.FACE_KEY ?? 'visage-local-key-of-the-first-subscription';
const [input, output] = process.argv.slice(2);

const photograph = await readFile(input);
const query = 'detectionModel=detection_03&returnFaceLandmarks=true&returnFaceAttributes=headPose,smile';
const response = await fetch(`${endpoint}/face/v1.0/detect?returnFaceId=false&${query}`, {
  method: 'POST',
  headers: { 'Ocp-Apim-Subscription-Key': key, 'Content-Type': 'application/octet-stream' },
  body: photograph,
});
const faces = await response.json();
if (!response.ok) throw new Error(faces.error.message);

const drawings = faces.map(({ faceRectangle, faceLandmarks, faceAttributes }) => {
  const { left, top, width, height } = faceRectangle;
  const radius = width / 55;
  const points = Object.values(faceLandmarks).map(
    ({ x, y }) => `<circle cx="${x}" cy="${y}" r="${radius}"/>`,
  );
  const label = `smile ${faceAttributes.smile.toFixed(2)}, yaw ${Math.round(faceAttributes.headPose.yaw)}°`;
  return `
    <rect x="${left}" y="${top}" width="${width}" height="${height}" fill="none" stroke="#14e0c8" stroke-width="${radius}"/>
    <g fill="#ffe14d" stroke="#222" stroke-width="${radius / 4}">${points.join('')}</g>
    <text x="${left}" y="${top + height * 1.16}" font-family="sans-serif" font-size="${width / 8}" fill="#fff"
      stroke="#000" stroke-width="${radius}" paint-order="stroke">${label}</text>`;
});
const upright = await sharp(photograph).autoOrient().toBuffer({ resolveWithObject: true });
const { width, height } = upright.info;
const overlay = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawings.join('')}</svg>`;
await sharp(upright.data)
  .composite([{ input: Buffer.from(overlay) }])
  .toFile(output);
console.log(`${faces.length} faces drawn into ${output}`);
