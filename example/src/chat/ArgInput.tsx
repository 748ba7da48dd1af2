import { useId } from "react";
import type { ArgField } from "./argsForm";

/** Where one argument of a tool call is changed. */
export function ArgInput(props: {
  field: ArgField;
  value: string;
  disabled: boolean;
  onChange: (value: string) => void;
}) {
  const { field, value, disabled, onChange } = props;
  const id = useId();
  const common = { id, value, disabled, dir: "auto" as const };
  const change = ({ target }: { target: { value: string } }) => onChange(target.value);
  const choices = field.kind === "boolean" ? ["true", "false"] : field.choices;
  return (
    <>
      <label htmlFor={id}>{field.label}</label>
      {choices.length > 0 ? (
        <select {...common} onChange={change}>
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : field.kind === "json" ? (
        <textarea {...common} rows={3} spellCheck={false} onChange={change} />
      ) : (
        <input
          {...common}
          type={field.kind}
          step="any"
          autoComplete="off"
          required={field.isRequired}
          onChange={change}
        />
      )}
    </>
  );
}
