/** How a folder of folders looks. */
export const LayoutPicture = () => (
  <svg
    class="layout-picture"
    viewBox="0 0 190 150"
    role="img"
    aria-label="A folder with a folder for each person"
  >
    {[
      ['photographs', 6, 14, true],
      ['Ann Bell', 28, 40, true],
      ['1.jpg', 50, 62, false],
      ['2.jpg', 50, 82, false],
      ['Cem Demir', 28, 108, true],
      ['holiday.png', 50, 130, false],
    ].map(([name, x, y, folder]) => (
      <g key={String(name)} transform={`translate(${x} ${y})`}>
        <path
          class={folder ? 'folder' : 'file'}
          d={folder ? 'M0-7h5l2 2h7v9H0z' : 'M1-8h8l3 3v9H1zM3 2l3-4 2 2 1-1 2 3z'}
        />
        <text x="20" y="2">
          {name}
        </text>
      </g>
    ))}
    <path class="branch" d="M13 22v86M13 36h10M13 104h10M35 48v30M35 58h10M35 78h10M35 116v10h10" />
  </svg>
);
