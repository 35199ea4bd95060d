/** How well a face serves recognition: `high`, `medium` or `low`. */
export const Quality = ({ value }: { value: string | undefined }) =>
  value ? <span class={`badge quality-${value}`}>{value} quality</span> : null;
