import { stateAt, withGroup, type Chart, type ChartEdge, type ChartState, type Way } from "../chart/chart.js";
import { legalEvents } from "../chart/route.js";
import { EVENT_MEANINGS } from "../story/sentences.js";
import type { Course } from "./course.js";

/** What the diagram's words are about: a state, or an edge. */
export type Subject = ChartState | ChartEdge;

const isEdge = (subject: Subject): subject is ChartEdge => "from" in subject;

interface MeaningProps {
  chart: Chart;
  course: Course;
  subject: Subject | null;
}

/** Says in sentences what a state or an arrow is: what leads along it, under which condition, and what led along it last. */
export function Meaning({ chart, course, subject }: MeaningProps) {
  if (!subject) return <figcaption className="cda-meaning" />;
  const edges = isEdge(subject)
    ? [subject]
    : withGroup(subject.path).flatMap((path) => chart.edges.filter(({ from }) => from === path));
  const nameOf = (path: string) => stateAt(chart, path)?.name || "the beginning";
  return (
    <figcaption className="cda-meaning" aria-live="polite" tabIndex={0}>
      <strong>{isEdge(subject) ? `${nameOf(subject.from)} → ${nameOf(subject.to)}` : subject.name}</strong>
      {!isEdge(subject) && <p>{subject.description}</p>}
      <ul>
        {edges.flatMap((edge) => {
          const legal =
            course.current === null ? [] : legalEvents(chart, edge, course.current, course.events);
          return edge.ways.map((way) => (
            <li
              key={`${edge.from} ${edge.to} ${way.event} ${way.guard}`}
              data-legal={legal.includes(way.event) || undefined}
            >
              {sentence(way)} <span aria-label="leads to">→</span> <b>{nameOf(edge.to)}</b>
              {way.event !== "" && <code>{way.event}</code>}
              {legal.includes(way.event) && <small>possible now</small>}
            </li>
          ));
        })}
      </ul>
      {isEdge(subject) && course.taken.has(subject) && <p>Last time: {course.taken.get(subject)}</p>}
    </figcaption>
  );
}

const sentence = ({ event, guard }: Way): string =>
  `${EVENT_MEANINGS[event] ?? event}${guard === "" ? "" : ` (if: ${guard})`}`;
