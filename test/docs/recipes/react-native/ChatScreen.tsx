import { getMessageKey, useAgentChat } from "convex-durable-agents/react";
import { useState } from "react";
import { Button, FlatList, KeyboardAvoidingView, Platform, Text, TextInput } from "react-native";
import { api } from "./convex/_generated/api";

export function ChatScreen({ threadId }: { threadId: string }) {
  const [text, setText] = useState("");
  const { messages, thread, isRunning, sendMessage, stop, hasMore, loadMore, actionError } = useAgentChat({
    listMessages: api.chat.listMessagesWithStreams,
    getThread: api.chat.getThread,
    sendMessage: api.chat.sendMessage,
    stopThread: api.chat.stopThread,
    resumeThread: api.chat.resumeThread,
    threadId,
  });
  const error = thread?.error ?? actionError;
  const send = () => {
    void sendMessage(text);
    setText("");
  };
  return (
    <KeyboardAvoidingView behavior={Platform.OS === "ios" ? "padding" : undefined} style={{ flex: 1 }}>
      <FlatList
        inverted
        data={[...messages].reverse()}
        keyExtractor={getMessageKey}
        onEndReached={() => hasMore && loadMore()}
        renderItem={({ item }) => (
          <Text>
            {item.role}: {item.parts.map((part) => (part.type === "text" ? part.text : "")).join("")}
          </Text>
        )}
      />
      {error && <Text accessibilityRole="alert">{error.message}</Text>}
      {isRunning && <Button title="Stop" onPress={() => void stop()} />}
      <TextInput value={text} onChangeText={setText} onSubmitEditing={send} accessibilityLabel="Message" />
    </KeyboardAvoidingView>
  );
}
