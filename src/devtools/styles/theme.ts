const DARK = `
  --_ground: var(--cda-ground, #15181a);
  --_raised: var(--cda-raised, #1e2326);
  --_line: var(--cda-line, #3a4246);
  --_text: var(--cda-text, #e8ecea);
  --_muted: var(--cda-muted, #a3adaa);
  --_accent: var(--cda-accent, #5bd6c5);
  --_accent-soft: var(--cda-accent-soft, #14413c);
  --_bad: var(--cda-bad, #ff9d92);
  --_bad-soft: var(--cda-bad-soft, #41211e);
  --_warn: var(--cda-warn, #f0c26a);
  --_warn-soft: var(--cda-warn-soft, #3c311a);
  color-scheme: dark;
`;

/** The colours, and what all parts share. A page sets `--cda-accent` and the like to change them. */
export const THEME = `
.cda {
  --_ground: var(--cda-ground, #ffffff);
  --_raised: var(--cda-raised, #f4f5f3);
  --_line: var(--cda-line, #cfd3d0);
  --_text: var(--cda-text, #1b1e1d);
  --_muted: var(--cda-muted, #5a625f);
  --_accent: var(--cda-accent, #0b6b63);
  --_accent-soft: var(--cda-accent-soft, #d4efeb);
  --_bad: var(--cda-bad, #a8231b);
  --_bad-soft: var(--cda-bad-soft, #fbe8e6);
  --_warn: var(--cda-warn, #7d5100);
  --_warn-soft: var(--cda-warn-soft, #fdf0d3);
  --_mono: var(--cda-mono, ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace);
  color-scheme: light;
  container-type: inline-size;
  box-sizing: border-box;
  color: var(--_text);
  background: var(--_ground);
  font: 14px/1.45 var(--cda-font, system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif);
  text-align: start;
}
@media (prefers-color-scheme: dark) {
  .cda[data-theme="system"] {${DARK}}
}
.cda[data-theme="dark"] {${DARK}}
.cda *, .cda *::before, .cda *::after { box-sizing: inherit; }
.cda :is(h2, h3, h4, p, ul, ol, dl, dd, figure) { margin: 0; padding: 0; }
.cda :is(ul, ol) { list-style: none; }
.cda h2 { font-size: 16px; font-weight: 650; }
.cda h3 { font-size: 14px; font-weight: 650; }
.cda h4 { font-size: 13px; font-weight: 600; }
.cda :is(small, code, th, td) { font-size: 12px; }
.cda code { font-family: var(--_mono); overflow-wrap: anywhere; }
.cda small, .cda .cda-muted { color: var(--_muted); font-weight: 400; }
.cda button, .cda input { font: inherit; font-size: 13px; color: inherit; }
.cda button {
  min-height: 28px;
  padding: 2px 10px;
  border: 1px solid var(--_line);
  border-radius: 6px;
  background: var(--_ground);
  cursor: pointer;
}
.cda button:hover:not(:disabled) { border-color: var(--_accent); }
.cda button:disabled { color: var(--_muted); opacity: 0.6; cursor: default; }
.cda button[aria-pressed="true"] { background: var(--_accent-soft); border-color: var(--_accent); }
.cda input:not([type="range"]) {
  min-width: 0;
  min-height: 28px;
  padding: 2px 8px;
  border: 1px solid var(--_line);
  border-radius: 6px;
  background: var(--_ground);
}
.cda :focus-visible { outline: 2px solid var(--_accent); outline-offset: 1px; }
.cda .cda-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.cda .cda-bar { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; justify-content: space-between; }
.cda .cda-buttons { display: inline-flex; flex-wrap: wrap; gap: 4px; }
.cda .cda-alert {
  display: flex;
  flex-wrap: wrap;
  gap: 8px;
  align-items: center;
  margin: 0 0 10px;
  padding: 6px 10px;
  border-radius: 6px;
  color: var(--_bad);
  background: var(--_bad-soft);
}
.cda .cda-alert button { background: none; border-color: currentColor; }
.cda .cda-status {
  padding: 1px 9px;
  border-radius: 999px;
  background: var(--_raised);
  font-size: 12px;
  font-weight: 600;
  white-space: nowrap;
}
.cda .cda-status:is([data-status="streaming"], [data-status="awaiting_tool_results"]) {
  color: var(--_accent);
  background: var(--_accent-soft);
}
.cda .cda-status[data-status="failed"] { color: var(--_bad); background: var(--_bad-soft); }
.cda .cda-status[data-status="stopped"] { color: var(--_warn); background: var(--_warn-soft); }
.cda .cda-countdown { font-variant-numeric: tabular-nums; }
.cda .cda-id { color: var(--_muted); font-size: 11px; }
`;
