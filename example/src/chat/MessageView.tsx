import { memo, useContext, useState } from "react";
import { EditForm } from "./EditForm";
import { Findings } from "./Findings";
import type { Message } from "./message";
import { MessageActions } from "./messageActions";
import { MessageMenu } from "./MessageMenu";
import { ReasoningPart } from "./ReasoningPart";
import { textOf } from "./textOf";
import { TextPart } from "./TextPart";
import { ToolPart } from "./ToolPart";
import { isToolPart } from "./toolParts";
import { VersionPager } from "./VersionPager";

interface MessageViewProps {
  message: Message;
  /** The message is being written: the last of it may still change. */
  isWriting: boolean;
  /** Where it stands, if it may have other versions. */
  place: string | null;
}

/** A person's message, or all steps of the agent's answer to it. */
export const MessageView = memo(function MessageView({ message, isWriting, place }: MessageViewProps) {
  const { role, parts, metadata } = message;
  const actions = useContext(MessageActions);
  const [isEdited, setIsEdited] = useState(false);
  if (isEdited && actions && metadata?.messageId)
    return (
      <EditForm
        text={textOf(message)}
        onCancel={() => setIsEdited(false)}
        onSave={async (prompt) => {
          if (await actions.edit(metadata.messageId!, prompt)) setIsEdited(false);
        }}
      />
    );
  return (
    <article
      className="message"
      data-role={role}
      data-queued={metadata?.queued || undefined}
      data-pending={metadata?.pending || undefined}
      aria-label={role === "user" ? "You" : "Agent"}
      aria-busy={isWriting}
    >
      {parts.map((part, index) => {
        if (part.type === "text")
          return role === "user" ? (
            <p key={index} dir="auto">
              {part.text}
            </p>
          ) : (
            <TextPart key={index} text={part.text} isWriting={part.state === "streaming"} />
          );
        if (part.type === "reasoning")
          return (
            <ReasoningPart key={index} text={part.text} isWriting={isWriting && part.state === "streaming"} />
          );
        if (isToolPart(part)) return <ToolPart key={part.toolCallId} part={part} />;
        if (part.type === "data-findings") return <Findings key={part.id} {...part.data} />;
        if (part.type === "file") return <FilePart key={index} {...part} />;
        if (part.type === "source-url")
          return (
            <a key={index} className="source" href={part.url} target="_blank" rel="noreferrer">
              {part.title ?? part.url}
            </a>
          );
        return null;
      })}
      {metadata?.queued && (
        <p className="note">
          {metadata.turn === actions?.runningTurn
            ? "Steers: seen by the next step"
            : "Queued: answered when this turn is over"}
        </p>
      )}
      {metadata?.partial && <p className="note">Cut off here</p>}
      <VersionPager place={place} />
      {!isWriting && <MessageMenu message={message} onEdit={() => setIsEdited(true)} />}
    </article>
  );
});

function FilePart({ url, mediaType, filename }: { url: string; mediaType: string; filename?: string }) {
  return mediaType.startsWith("image/") ? (
    <img className="file" src={url} alt={filename ?? ""} />
  ) : (
    <a className="source" href={url} target="_blank" rel="noreferrer">
      {filename ?? mediaType}
    </a>
  );
}
