/**
 * Keeps what was made for a key. What could not be made is forgotten, so that the next caller tries again.
 * @example const network = memo(networks, name, () => Network.load(file));
 */
export function memo<Key, Value>(
  made: Map<Key, Promise<Value>>,
  key: Key,
  make: () => Promise<Value>,
): Promise<Value> {
  const known = made.get(key);
  if (known) return known;
  const value = make();
  made.set(key, value);
  value.catch(() => made.delete(key));
  return value;
}
