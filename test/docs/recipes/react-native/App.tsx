import { ConvexProvider, ConvexReactClient, useMutation, useQuery } from "convex/react";
import { Button, View } from "react-native";
import { ChatScreen } from "./ChatScreen";
import { api } from "./convex/_generated/api";

const client = new ConvexReactClient(process.env.EXPO_PUBLIC_CONVEX_URL!, { unsavedChangesWarning: false });

export default function App() {
  return (
    <ConvexProvider client={client}>
      <View style={{ flex: 1, paddingVertical: 48 }}>
        <Chats />
      </View>
    </ConvexProvider>
  );
}

function Chats() {
  const newest = useQuery(api.chat.listThreads, { limit: 1 })?.[0];
  const createThread = useMutation(api.chat.createThread);
  return (
    <>
      <Button title="New chat" onPress={() => void createThread({}).catch(console.warn)} />
      {newest && <ChatScreen key={newest._id} threadId={newest._id} />}
    </>
  );
}
