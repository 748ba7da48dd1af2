import { describeError, getMessageKey, useAgentChat } from "convex-durable-agents/react";
import { useMutation, useQuery } from "convex/react";
import { Fragment, useMemo, useState } from "react";
import { api } from "../../convex/_generated/api";
import { Announcer } from "./Announcer";
import { useIsTextAppearing } from "./appearing";
import { ChatHeader } from "./ChatHeader";
import { Composer } from "./Composer";
import { ActionErrorNotice, ErrorNotice } from "./ErrorNotice";
import { LastTurn } from "./LastTurn";
import type { Message } from "./message";
import { MessageActions } from "./messageActions";
import { MessageView } from "./MessageView";
import { ToolAnswers } from "./toolAnswers";
import { firstInNeed } from "./toolParts";
import { marksByMessage } from "./turnMarks";
import { TurnMarkView } from "./TurnMarkView";
import { useStickToBottom } from "./useStickToBottom";
import { useTurnMarks } from "./useTurnMarks";
import { placesOf, VersionsOf } from "./versions";
import { Waiting } from "./Waiting";

interface ChatViewProps {
  threadId: string;
  /** Opens another thread: a fork of this one, or another version of it. */
  onOpen: (threadId: string) => void;
}

export function ChatView({ threadId, onOpen }: ChatViewProps) {
  const chat = useAgentChat<Message>({
    listMessages: api.chat.listMessagesWithStreams,
    getThread: api.chat.getThread,
    sendMessage: api.chat.sendMessage,
    stopThread: api.chat.stopThread,
    resumeThread: api.chat.resumeThread,
    withdrawMessage: api.chat.withdrawMessage,
    regenerate: api.versions.regenerate,
    editMessage: api.versions.editMessage,
    addToolResult: api.chat.addToolResult,
    addToolError: api.chat.addToolError,
    approveToolCall: api.chat.approveToolCall,
    denyToolCall: api.chat.denyToolCall,
    threadId,
  });
  const { messages, thread, status, isLoading, isRunning, withdraw, regenerate, editMessage } = chat;
  const [scroller, isAtEnd, toEnd] = useStickToBottom(messages[0]?.id, messages);
  const fork = useMutation(api.threads.forkThread);
  const [forkError, setForkError] = useState<string | null>(null);
  const runningTurn = isRunning && thread ? thread.turn : null;
  const actions = useMemo(
    () => ({
      runningTurn,
      withdraw: (messageId: string) => void withdraw?.(messageId),
      edit: (messageId: string, prompt: string) => editMessage!(messageId, prompt),
      regenerate: (messageId: string) => void regenerate?.(messageId),
      fork: (messageId: string) => {
        setForkError(null);
        fork({ threadId, messageId }).then(onOpen, (cause: unknown) =>
          setForkError(describeError(cause).message),
        );
      },
    }),
    [threadId, runningTurn, withdraw, editMessage, regenerate, fork, onOpen],
  );
  const { addToolResult, addToolError, approveToolCall, denyToolCall } = chat;
  const answers = useMemo(
    () => ({ threadId, isRunning, addToolResult, addToolError, approveToolCall, denyToolCall }),
    [threadId, isRunning, addToolResult, addToolError, approveToolCall, denyToolCall],
  );
  const asked = isRunning ? firstInNeed(messages) : null;
  const isAppearing = useIsTextAppearing();
  const shownStatus = isAppearing && status === "completed" ? "streaming" : status;
  const marks = useTurnMarks(threadId, messages);
  const placed = useMemo(
    () =>
      marksByMessage(
        marks.filter(({ turn }) => turn !== thread?.turn),
        messages,
      ),
    [marks, messages, thread?.turn],
  );
  const kept = useQuery(api.versions.list, { threadId });
  const versions = useMemo(
    () => ({
      byPlace: new Map(kept?.map(({ place, threads }) => [place, threads])),
      threadId,
      open: onOpen,
    }),
    [kept, threadId, onOpen],
  );
  const places = placesOf(messages, chat.hasMore);
  const writing = isRunning ? messages.findLast(({ role }) => role === "assistant") : undefined;

  if (!isLoading && !thread)
    return (
      <main className="chat">
        <div className="welcome">
          <h2>This thread does not exist</h2>
          <p className="muted">
            It was deleted, or the link is wrong. Start a new chat, or open another thread.
          </p>
          {chat.error && (
            <p className="error-text" role="alert">
              {chat.error.message}
            </p>
          )}
        </div>
      </main>
    );

  return (
    <main className="chat" aria-busy={isLoading}>
      <ChatHeader thread={thread} status={shownStatus} need={asked?.need ?? null} onOpen={onOpen} />
      <Announcer status={shownStatus} need={asked?.need ?? null} />
      <div className="messages" ref={scroller} tabIndex={0} role="log" aria-label="Messages" aria-live="off">
        {chat.hasMore && (
          <button type="button" className="quiet more" disabled={chat.isLoadingMore} onClick={chat.loadMore}>
            {chat.isLoadingMore ? "Loading…" : "Earlier messages"}
          </button>
        )}
        <ToolAnswers value={answers}>
          <MessageActions value={actions}>
            <VersionsOf value={versions}>
              {messages.map((message, index) => (
                <Fragment key={getMessageKey(message)}>
                  <MessageView message={message} isWriting={message === writing} place={places[index]!} />
                  {placed.get(index)?.map((mark) => (
                    <TurnMarkView key={mark.turn} mark={mark} />
                  ))}
                </Fragment>
              ))}
            </VersionsOf>
          </MessageActions>
        </ToolAnswers>
        {!asked && <Waiting threadId={threadId} messages={messages} />}
        {thread && (
          <LastTurn
            thread={thread}
            messages={messages}
            mark={marks.find(({ turn }) => turn === thread.turn)}
            onRegenerate={() => void regenerate!()}
            onResume={() => void chat.resume()}
          />
        )}
      </div>
      <div className="to-end">
        {!isAtEnd && (
          <button type="button" onClick={toEnd}>
            Latest messages
          </button>
        )}
      </div>
      {chat.actionError && <ActionErrorNotice failed={chat.actionError} onDismiss={chat.clearActionError} />}
      {forkError && <ErrorNotice message={forkError} />}
      <Composer
        draftKey={threadId}
        isRunning={isRunning}
        onAnswer={asked?.need === "answer" ? (answer) => addToolResult!(asked.part.toolCallId, answer) : null}
        onSend={(prompt, options) => {
          toEnd();
          return chat.sendMessage(prompt, options);
        }}
        onStop={() => void chat.stop()}
      />
    </main>
  );
}
