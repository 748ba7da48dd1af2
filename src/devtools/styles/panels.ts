/** The parts around the diagram. */
export const PANELS = `
.cda .cda-head { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; padding: 10px 0; }
.cda .cda-head .cda-id { margin-inline-start: auto; }
.cda .cda-columns { display: grid; gap: 16px 20px; grid-template: "main" "side" "log" / minmax(0, 1fr); }
.cda .cda-columns > * { display: grid; gap: 16px; align-content: start; min-width: 0; }
.cda .cda-main { grid-area: main; }
.cda .cda-side { grid-area: side; }
.cda .cda-columns > .cda-log { grid-area: log; gap: 8px; }
@container (min-width: 860px) {
  .cda .cda-columns {
    grid-template: "main side" auto "log side" 1fr / minmax(0, 1fr) minmax(300px, 462px);
  }
}
.cda .cda-panel { display: grid; gap: 8px; min-width: 0; }
.cda .cda-facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 3px 14px; }
.cda .cda-facts dt { color: var(--_muted); }
.cda .cda-error { color: var(--_bad); }
.cda .cda-limits { display: grid; gap: 4px; font-size: 12px; }
.cda .cda-limits li { display: grid; grid-template-columns: 1fr 80px 130px; gap: 10px; align-items: center; }
.cda .cda-limits meter { width: 100%; }
.cda .cda-events summary { cursor: pointer; color: var(--_muted); }
.cda .cda-events p { display: flex; flex-wrap: wrap; gap: 4px 10px; padding-top: 4px; }

.cda .cda-calls { display: grid; gap: 10px; }
.cda .cda-call { display: grid; gap: 6px; padding: 10px; border: 1px solid var(--_line); border-radius: 8px; min-width: 0; }
.cda .cda-call .cda-bar { justify-content: flex-start; }
.cda .cda-answer { display: flex; flex: 1 1 180px; gap: 4px; }
.cda .cda-answer input { flex: 1; }

.cda .cda-timeline { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; }
.cda .cda-timeline input { flex: 1 1 160px; accent-color: var(--_accent); }
.cda .cda-timeline output { flex-basis: 100%; font-size: 12px; color: var(--_muted); }

.cda summary { width: fit-content; cursor: pointer; }
.cda summary h3 { display: inline; }
.cda .cda-messages {
  display: grid;
  gap: 8px;
  justify-items: start;
  max-height: 460px;
  margin-top: 8px;
  padding: 10px;
  overflow: auto;
  border: 1px solid var(--_line);
  border-radius: 8px;
}
.cda .cda-messages ol { display: grid; gap: 12px; width: 100%; }
.cda .cda-messages li { display: grid; gap: 4px; min-width: 0; }
.cda .cda-messages li[data-role="user"] { padding: 6px 10px; border-radius: 6px; background: var(--_raised); }
.cda .cda-text { white-space: pre-wrap; overflow-wrap: anywhere; }

.cda .cda-filters { display: flex; flex-wrap: wrap; gap: 4px; }
.cda .cda-log > button { justify-self: start; }
.cda .cda-log ol { display: grid; }
.cda .cda-log section { display: grid; gap: 2px; }
.cda .cda-log h4 { padding-top: 6px; color: var(--_muted); }
.cda .cda-log li { border-top: 1px solid var(--_line); }
.cda .cda-entry {
  display: grid;
  grid-template-columns: max-content minmax(0, 1fr);
  gap: 0 12px;
  width: 100%;
  padding: 5px 6px;
  border: 0;
  border-radius: 0;
  background: none;
  text-align: start;
}
.cda .cda-entry:hover { background: var(--_raised); }
.cda .cda-entry[aria-current] { background: var(--_accent-soft); }
.cda .cda-entry > time { color: var(--_muted); font-variant-numeric: tabular-nums; }
.cda .cda-log li[data-topic="problems"] .cda-sentence { color: var(--_bad); }
.cda .cda-aside { grid-column: 2; display: flex; flex-wrap: wrap; gap: 0 12px; font-size: 12px; color: var(--_muted); }

.cda .cda-counts { display: flex; flex-wrap: wrap; gap: 8px 20px; padding: 10px 0; }
.cda .cda-counts strong { font-size: 18px; font-variant-numeric: tabular-nums; }
.cda > .cda-panel { padding-top: 14px; overflow-x: auto; }
.cda > .cda-panel table { min-width: 560px; }
.cda > .cda-panel code { white-space: nowrap; }
.cda > .cda-panel :is(th, td) { text-align: start; vertical-align: baseline; }
.cda .cda-ended li {
  display: grid;
  grid-template-columns: minmax(90px, 25%) minmax(0, 1fr);
  gap: 0 12px;
  padding: 4px 6px;
  border-bottom: 1px solid var(--_line);
  align-items: baseline;
}
.cda button.cda-name {
  min-height: 24px;
  padding: 0;
  border: 0;
  color: var(--_accent);
  background: none;
  text-align: start;
  text-decoration: underline;
}
.cda table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.cda :is(th, td) { padding: 4px 6px; border-bottom: 1px solid var(--_line); text-align: end; font-weight: 400; }
.cda th:first-child { text-align: start; }
.cda thead th { color: var(--_muted); }
`;
