import { ByteBuffer } from 'flatbuffers';

/** A FlatBuffers table: fields by their place in the schema, absent ones zero or empty. */
export class Table {
  static root(file: Uint8Array): Table {
    return new Table(new ByteBuffer(file), 0).#follow(0);
  }

  private constructor(
    readonly buffer: ByteBuffer,
    readonly at: number,
  ) {}

  int8(place: number): number {
    const at = this.#field(place);
    return at === undefined ? 0 : this.buffer.readInt8(at);
  }

  int32(place: number): number {
    const at = this.#field(place);
    return at === undefined ? 0 : this.buffer.readInt32(at);
  }

  table(place: number): Table | undefined {
    const at = this.#field(place);
    return at === undefined ? undefined : this.#follow(at);
  }

  ints(place: number): number[] {
    const { at, length } = this.#vector(place);
    return Array.from({ length }, (_, i) => this.buffer.readInt32(at + 4 * i));
  }

  tables(place: number): Table[] {
    const { at, length } = this.#vector(place);
    return Array.from({ length }, (_, i) => this.#follow(at + 4 * i));
  }

  bytes(place: number): Uint8Array {
    const { at, length } = this.#vector(place);
    return this.buffer.bytes().subarray(at, at + length);
  }

  text(place: number): string {
    return Buffer.from(this.bytes(place)).toString();
  }

  #follow(at: number): Table {
    return new Table(this.buffer, at + this.buffer.readInt32(at));
  }

  #field(place: number): number | undefined {
    const offset = this.buffer.__offset(this.at, 4 + 2 * place);
    return offset ? this.at + offset : undefined;
  }

  #vector(place: number): { at: number; length: number } {
    const at = this.#field(place);
    if (at === undefined) return { at: 0, length: 0 };
    const start = at + this.buffer.readInt32(at);
    return { at: start + 4, length: this.buffer.readInt32(start) };
  }
}
