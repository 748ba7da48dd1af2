export type { LoadInspector, StatelyInspector } from "../react/inspectThread.js";
export type { InspectorFunctions, OverviewFunctions } from "./functions.js";
export type { ThreadView } from "./chart/threadView.js";
export type { ThemeProps } from "./Themed.js";
export { ThreadInspector, type ThreadInspectorProps } from "./ThreadInspector.js";
export { ThreadsOverview, type ThreadsOverviewProps } from "./ThreadsOverview.js";
