/** The diagram. Letters are as large as `npm run layout` makes room for. */
export const DIAGRAM = `
.cda .cda-diagram { display: grid; gap: 8px; }
.cda .cda-canvas {
  max-height: min(640px, 75vh);
  min-height: 220px;
  overflow: auto;
  overscroll-behavior: contain;
  border: 1px solid var(--_line);
  border-radius: 8px;
  background: var(--_raised);
  cursor: grab;
}
.cda .cda-canvas:active { cursor: grabbing; }
.cda .cda-chart { display: block; margin: 0 auto; user-select: none; }
.cda .cda-still { overflow: auto; }
.cda .cda-still .cda-chart { margin: 0; width: 100%; min-width: 404px; max-width: 440px; height: auto; }

.cda .cda-chart text { fill: var(--_text); font-size: 14px; text-anchor: middle; }
.cda .cda-still text { font-size: 12px; }
.cda .cda-group rect { fill: color-mix(in srgb, var(--_ground) 60%, transparent); stroke: var(--_line); }
.cda .cda-group[data-current] rect { stroke: var(--_accent); }
.cda .cda-group text { text-anchor: start; font-weight: 600; }
.cda .cda-group .cda-stays { font: 400 12px var(--_mono); fill: var(--_muted); }
.cda .cda-dot { fill: var(--_muted); }
.cda .cda-state { cursor: inherit; outline: none; }
.cda .cda-state rect { fill: var(--_ground); stroke: var(--_muted); }
.cda .cda-state[data-kind="transient"] rect { stroke-dasharray: 4 3; }
.cda .cda-state:is(:focus-visible, :hover) rect { stroke: var(--_accent); stroke-width: 2.5; }
.cda .cda-state[data-current] rect { fill: var(--_accent); stroke: var(--_accent); }
.cda .cda-state[data-current] text { fill: var(--_ground); font-weight: 650; }
.cda .cda-state[data-passed] rect { fill: var(--_accent-soft); stroke: var(--_accent); }

.cda .cda-arrow path { fill: none; stroke: var(--_muted); stroke-width: 1.2; }
.cda .cda-arrow .cda-near { stroke: transparent; stroke-width: 12; pointer-events: stroke; }
.cda .cda-arrow .cda-head { fill: var(--_muted); stroke: none; }
.cda .cda-arrow text {
  font: 12px var(--_mono);
  fill: var(--_muted);
  paint-order: stroke;
  stroke: var(--_raised);
  stroke-width: 4px;
  stroke-linejoin: round;
}
.cda .cda-arrow[data-kind="other"] .cda-line { opacity: 0.55; }
.cda .cda-arrow[data-legal] text { fill: var(--_text); font-weight: 700; }
.cda .cda-arrow[data-legal] .cda-line { stroke: var(--_text); stroke-width: 1.6; stroke-dasharray: 6 3; }
.cda .cda-arrow[data-legal] .cda-head { fill: var(--_text); }
.cda .cda-arrow[data-taken] .cda-line { stroke: var(--_accent); stroke-width: 1.8; opacity: 1; }
.cda .cda-arrow[data-taken] .cda-head { fill: var(--_accent); }
.cda .cda-arrow[data-kind="last"] .cda-line { stroke: var(--_accent); stroke-width: 3; stroke-dasharray: none; }
.cda .cda-arrow[data-kind="last"] .cda-head { fill: var(--_accent); }
.cda .cda-arrow[data-pointed] .cda-line { stroke: var(--_accent); stroke-width: 3; opacity: 1; }
.cda .cda-arrow[data-pointed] text { fill: var(--_accent); }
@media (prefers-reduced-motion: no-preference) {
  .cda .cda-canvas { scroll-behavior: smooth; }
  .cda .cda-arrow[data-kind="last"] { animation: cda-light 0.7s ease-out var(--_after) backwards; }
  .cda .cda-arrow[data-passing]:not([data-kind="last"]) .cda-line { animation: cda-line 0.9s ease-out var(--_after); }
  .cda .cda-state[data-passing] rect { animation: cda-state 0.9s ease-out var(--_after); }
}
@keyframes cda-light { from { opacity: 0.15; } }
@keyframes cda-line { from { stroke: var(--_accent); stroke-width: 5; } }
@keyframes cda-state { from { fill: var(--_accent-soft); stroke: var(--_accent); stroke-width: 5; } }

.cda .cda-meaning { height: 132px; overflow: auto; font-size: 13px; }
.cda .cda-meaning li { display: flex; flex-wrap: wrap; gap: 0 6px; align-items: baseline; color: var(--_muted); }
.cda .cda-meaning li[data-legal] { color: inherit; }
.cda .cda-meaning b { font-weight: 600; }
.cda .cda-meaning small { color: var(--_accent); }
.cda .cda-key { display: flex; flex-wrap: wrap; gap: 2px 14px; font-size: 12px; color: var(--_muted); }
.cda .cda-key i { display: inline-block; width: 26px; margin-inline-end: 6px; vertical-align: middle; border-top: 1.8px solid; }
.cda .cda-key [data-kind="last"] { border-top-width: 3px; }
.cda .cda-key :is([data-kind="last"], [data-kind="taken"]) { border-color: var(--_accent); }
.cda .cda-key [data-kind="legal"] { border-color: var(--_text); border-top-style: dashed; }
`;
