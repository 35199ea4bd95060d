import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeEmbedding, encodeEmbedding } from '../../shared/embedding.ts';

test('bytes are float16 little-endian', () => {
  expect([...encodeEmbedding(Float32Array.of(1, -2, 0.5, 2 ** -24))]).toEqual([
    0x00, 0x3c, 0x00, 0xc0, 0x00, 0x38, 0x01, 0x00,
  ]);
});

test('an embedding comes back to within half a float16 step, from any offset', () => {
  const embedding = fc.float32Array({ min: -1, max: 1, noNaN: true, minLength: 0, maxLength: 40 });
  fc.assert(
    fc.property(embedding, fc.nat(3), (values, offset) => {
      const encoded = encodeEmbedding(values);
      const moved = new Uint8Array(encoded.length + offset);
      moved.set(encoded, offset);
      const decoded = decodeEmbedding(moved.subarray(offset));
      expect(decoded.length).toBe(values.length);
      decoded.forEach((value, i) => {
        expect(Math.abs(value - values[i]!)).toBeLessThanOrEqual(
          Math.max(2 ** -25, Math.abs(values[i]!) * 2 ** -11),
        );
      });
    }),
  );
});

test('every finite float16 survives a round trip', () => {
  const bits = Uint16Array.from({ length: 65_536 }, (_, i) => i).filter((b) => (b & 0x7c00) !== 0x7c00);
  const bytes = new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength);
  expect(Buffer.compare(encodeEmbedding(decodeEmbedding(bytes)), bytes)).toBe(0);
});

test('half a number is refused', () => {
  expect(() => decodeEmbedding(new Uint8Array(3))).toThrow(RangeError);
});
