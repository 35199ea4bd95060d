/** value: 0 to 1, or undefined while nobody knows. */
export function Progress({ value, label }: { value?: number | undefined; label: string }) {
  return <progress aria-label={label} max={1} {...(value !== undefined && { value })} />;
}

export const Busy = ({ label }: { label: string }) => (
  <p class="busy" role="status">
    <span class="spinner" aria-hidden="true" />
    {label}
  </p>
);
