import type { ReactNode } from "react";
import { ConvexClientProvider } from "./ConvexClientProvider";

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <ConvexClientProvider>{children}</ConvexClientProvider>
      </body>
    </html>
  );
}
