import { useSmoothText } from "convex-durable-agents/react";
import { lazy, Suspense } from "react";
import { useNoteAppearing } from "./appearing";

/** A third of the page's code: it is fetched along with the first messages, which are plain text until it is there. */
const FormattedText = lazy(() => import("./FormattedText"));

export function TextPart({ text, isWriting }: { text: string; isWriting: boolean }) {
  const [visible, { isStreaming }] = useSmoothText(text);
  useNoteAppearing(isStreaming);
  const grows = isWriting || isStreaming;
  return (
    <div className="text" data-writing={grows || undefined}>
      <Suspense
        fallback={
          <p className="plain" dir="auto">
            {visible}
          </p>
        }
      >
        <FormattedText text={visible} isWriting={grows} />
      </Suspense>
    </div>
  );
}
