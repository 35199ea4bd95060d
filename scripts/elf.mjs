// Reads what a native library needs of the system. Layout: System V ABI, chapter 4, and the GNU symbol versioning of LSB.
const machines = { 62: 'x64', 183: 'arm64' };
const sectionTypes = { versionNeeds: 0x6ffffffe };

/**
 * The processor that a 64-bit little-endian ELF file is for, and the versions it needs of other libraries' symbols, such
 * as "GLIBC_2.28". Undefined for any other file.
 */
export function readElf(bytes) {
  if (bytes.length < 64 || bytes.readUInt32BE(0) !== 0x7f454c46 || bytes[4] !== 2 || bytes[5] !== 1)
    return undefined;
  const sections = readSections(bytes);
  const versions = sections
    .filter(({ type }) => type === sectionTypes.versionNeeds)
    .flatMap((section) => readVersionNeeds(bytes, section, sections[section.link]));
  return { machine: machines[bytes.readUInt16LE(18)], versions: [...new Set(versions)].sort() };
}

/** Whether one of these versions is of a glibc newer than, say, "2.31". */
export function needsNewerGlibc(versions, glibc) {
  const newest = numbersOf(glibc);
  return versions
    .filter((version) => /^GLIBC_\d/.test(version))
    .map((version) => numbersOf(version.slice('GLIBC_'.length)))
    .some(([major, minor]) => major > newest[0] || (major === newest[0] && minor > newest[1]));
}

const numbersOf = (version) => version.split('.').map(Number);

function readSections(bytes) {
  const start = Number(bytes.readBigUInt64LE(40));
  const [size, count] = [bytes.readUInt16LE(58), bytes.readUInt16LE(60)];
  return Array.from({ length: start === 0 ? 0 : count }, (_, i) => {
    const at = start + i * size;
    return {
      type: bytes.readUInt32LE(at + 4),
      offset: Number(bytes.readBigUInt64LE(at + 24)),
      link: bytes.readUInt32LE(at + 40),
      /** Number of entries, in a section of version needs. */
      info: bytes.readUInt32LE(at + 44),
    };
  });
}

/** Each library that is needed has a list of versions. */
function readVersionNeeds(bytes, { offset, info }, strings) {
  const names = [];
  for (let library = offset, i = 0; i < info; i++, library += bytes.readUInt32LE(library + 12)) {
    const count = bytes.readUInt16LE(library + 2);
    let version = library + bytes.readUInt32LE(library + 8);
    for (let j = 0; j < count; j++, version += bytes.readUInt32LE(version + 12))
      names.push(readName(bytes, strings.offset + bytes.readUInt32LE(version + 8)));
  }
  return names;
}

const readName = (bytes, at) => bytes.toString('latin1', at, bytes.indexOf(0, at));
