import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import type { Chart } from "../../../src/devtools/chart/chart.js";
import { CALL_CHART, STATUS_CHART, THREAD_CHART } from "../../../src/devtools/chart/charts.js";
import { StillChart } from "../../../src/devtools/diagram/StillChart.js";
import { DIAGRAM } from "../../../src/devtools/styles/diagram.js";
import { THEME } from "../../../src/devtools/styles/theme.js";

/** A generated file under `docs/diagrams/`. */
export interface DiagramFile {
  file: string;
  text: string;
}

/** Around the chart, in pixels. */
const MARGIN = 12;

/** A chart as the inspector draws it, as a picture of its own. */
function picture(name: string, chart: Chart, label: string): DiagramFile {
  const markup = renderToStaticMarkup(createElement(StillChart, { chart, current: null, label }));
  const inner = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(markup)![1]!;
  const size = { width: chart.width + 2 * MARGIN, height: chart.height + 2 * MARGIN };
  const text = [
    `<svg xmlns="http://www.w3.org/2000/svg" class="cda" width="${size.width}" height="${size.height}"`,
    ` viewBox="${-MARGIN} ${-MARGIN} ${size.width} ${size.height}" role="img" aria-label="${label}">`,
    `<style>${THEME}${DIAGRAM}</style>\n`,
    `<g class="cda-chart">${inner.replaceAll("><g", ">\n<g")}</g>\n</svg>\n`,
  ];
  return { file: `${name}.svg`, text: text.join("") };
}

export const pictures: DiagramFile[] = [
  picture("status", STATUS_CHART, "The five statuses of a thread, and what leads from one to the next"),
  picture("thread", THREAD_CHART, "The states of a thread, and the events that lead from one to the next"),
  picture("toolCall", CALL_CHART, "The states of a tool call, and the events that lead from one to the next"),
];
