// Only what the dashboards draw; loaded by pages with charts. SVG, so that a strict CSP and a printer are content.
import { BarChart, HeatmapChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([
  AriaComponent,
  BarChart,
  GridComponent,
  HeatmapChart,
  LegendComponent,
  LineChart,
  PieChart,
  SVGRenderer,
  TooltipComponent,
  VisualMapComponent,
]);

window.charts = { init: (element, theme) => init(element, theme, { renderer: "svg" }) };
window.dispatchEvent(new Event("charts:ready"));
