const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const isNested = (value: unknown) => value !== null && typeof value === "object";

/** What a tool is called with, or what it returns: a text, a list of names and values, or JSON where it is nested. */
export function ToolValue({ label, value }: { label: string; value: unknown }) {
  if (isObject(value) && Object.keys(value).length === 0) return null;
  return (
    <div className="tool-value">
      <span className="muted">{label}</span>
      {isObject(value) && !Object.values(value).some(isNested) ? (
        <dl>
          {Object.entries(value).map(([name, one]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd dir="auto">{String(one)}</dd>
            </div>
          ))}
        </dl>
      ) : isNested(value) ? (
        <pre tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>
      ) : (
        <p dir="auto">{String(value)}</p>
      )}
    </div>
  );
}
