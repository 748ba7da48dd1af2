/** What a tool has found so far, as it writes it into the answer. */
export const Findings = ({ titles }: { titles: string[] }) => (
  <ul className="findings" aria-label="Found so far">
    {titles.map((title) => (
      <li key={title}>{title}</li>
    ))}
  </ul>
);
