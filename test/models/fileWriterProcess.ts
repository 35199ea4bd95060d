import { writeAtomically } from '../../models/prepare/cacheFiles.ts';

// Writes one file again and again, each time full of another byte, until it is killed.
for (let byte = 0; ; byte++) {
  await writeAtomically(process.env.TEST_PATH!, new Uint8Array(32 * 2 ** 20).fill(byte));
  console.log(byte);
}
