/**
 * Whatever JSON the service tells of itself, as a table: an object's names are rows, an object within one has its own.
 * `{used, limit}` shows as a bar.
 */
export function Facts({ value }: { value: unknown }) {
  if (Array.isArray(value) && value.length > 0 && value.every(isObject)) return <Rows rows={value} />;
  if (!isObject(value)) return <span>{plain(value)}</span>;
  return (
    <dl class="facts-table">
      {Object.entries(value).map(([name, inner]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <Value value={inner} name={name} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ value, name }: { value: unknown; name: string }) {
  if (!isObject(value)) return Array.isArray(value) ? <Facts value={value} /> : <span>{plain(value)}</span>;
  const { used, limit } = value;
  if (typeof used === 'number' && typeof limit === 'number')
    return (
      <>
        {used.toLocaleString('en')} of {limit.toLocaleString('en')}{' '}
        <meter min={0} max={limit} value={used} high={limit * 0.9} aria-label={name} />
      </>
    );
  return <Facts value={value} />;
}

function Rows({ rows }: { rows: readonly Record<string, unknown>[] }) {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return (
    <table>
      <thead>
        <tr>
          {names.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          <tr key={String(row[names[0]!] ?? i)}>
            {names.map((name) => (
              <td key={name}>{isObject(row[name]) ? <Facts value={row[name]} /> : plain(row[name])}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function plain(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return value.toLocaleString('en', { maximumFractionDigits: 2 });
  return Array.isArray(value) ? value.map(plain).join(', ') : String(value);
}
